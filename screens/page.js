// What Streamlit's own page says in English, said in French; the screen in use marked; lang set.
// Written once in the page: an observer keeps it true through reruns. No node is added or removed.
(() => {
  if (window.qpvPage) return;
  window.qpvPage = true;
  document.documentElement.lang = "fr";
  // A screen completes its address with the values it starts from: no step back is owed to that, or
  // leaving the screen would take two. Until somebody touches it, all that it adds is such; later,
  // these names only: the others come from a choice.
  const FILLED = ["territoire", "departement", "couches", "modele", "postes", "echelle",
    "agregation", "reseau", "aller_but", "aller_nombre", "aller_mediateurs", "aller_passages"];
  let touched = false;
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => { touched = true; }, true);
  }
  window.addEventListener("popstate", () => { touched = false; });
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const now = new URL(location.href), next = new URL(address ?? now, now);
    const moved = now.pathname !== next.pathname;
    const completed = !moved &&
      [...now.searchParams].every(([name, value]) => next.searchParams.get(name) === value) &&
      [...next.searchParams.keys()].every((name) =>
        !touched || now.searchParams.has(name) || FILLED.includes(name));
    if (moved) touched = false;
    if (completed) history.replaceState(state, title, address);
    else push(state, title, address);
  };
  // A link pressed while a field is typed in waits for the answer to what was typed: sent after the
  // screen has changed, it would empty the new one; and links drawn again lose the press.
  const AFTER_TYPING_MS = 250, LONGEST_MS = 15000;
  const TYPED_IN = `textarea, [contenteditable=true], input:not([type=file], [type=checkbox],
    [type=radio], [type=range], [type=button], [type=submit], [type=color])`;
  let pressed = null, heldUntil = 0, lastAsked = 0;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const atRest = () =>
    document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning";
  const follow = async (name) => {
    const since = performance.now(), asked = ++lastAsked;
    await pause(AFTER_TYPING_MS);
    while (!atRest() && performance.now() - since < LONGEST_MS) await pause(50);
    // Who has gone elsewhere in the meantime is not fetched back.
    if (asked !== lastAsked) return;
    [...document.querySelectorAll("a[href]")]
      .find((link) => link.textContent.trim() === name)?.click();
  };
  document.addEventListener("pointerdown", (event) => {
    // What was held is the click of the press before: this one has its own.
    pressed = null;
    heldUntil = 0;
    // Whoever presses something else in the meantime no longer goes where the link leads.
    if (event.target.closest?.("a, button, input, label, summary, [role=option]")) lastAsked += 1;
    const link = event.target.closest?.("a[href]");
    if (!link || link.target || link.download || link.origin !== location.origin) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!document.activeElement?.matches(TYPED_IN)) return;
    pressed = { name: link.textContent.trim(), x: event.clientX, y: event.clientY };
  }, true);
  document.addEventListener("pointercancel", () => { pressed = null; }, true);
  window.addEventListener("popstate", () => { lastAsked += 1; });
  document.addEventListener("pointerup", (event) => {
    const asked = pressed;
    pressed = null;
    if (!asked || Math.hypot(event.clientX - asked.x, event.clientY - asked.y) > 12) return;
    document.activeElement?.blur();
    heldUntil = performance.now() + 700;
    follow(asked.name);
  }, true);
  document.addEventListener("click", (event) => {
    if (!event.isTrusted || performance.now() > heldUntil || !event.target.closest?.("a")) return;
    heldUntil = 0;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  const WORDS = {
    "Skip to main content": "Aller au contenu principal",
    "Browse files": "Parcourir",
    "Upload": "Choisir un fichier",
    "Drag and drop file here": "Déposez un fichier ici",
    "Drag and drop files here": "Déposez des fichiers ici",
    "Drop files to upload": "Déposez le fichier ici",
    "Press Enter to apply": "Entrée pour valider",
    "Press Enter to submit form": "Entrée pour envoyer",
    "Press ⌘+Enter to apply": "⌘+Entrée pour valider",
    "Press Ctrl+Enter to apply": "Ctrl+Entrée pour valider",
    "No results": "Aucune réponse",
    "No options to select.": "Rien à choisir.",
    "Choose an option": "Choisir",
    "Choose options": "Choisir",
    "Select all": "Tout choisir",
    "Running...": "Calcul en cours…",
    "Running…": "Calcul en cours…",
    "Stop": "Arrêter",
    "Connecting": "Connexion…",
    "Connection error": "Connexion perdue",
    "Close": "Fermer",
    "Search": "Chercher",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "View fullscreen": "Plein écran",
    "Exit fullscreen": "Quitter le plein écran",
    "Download as CSV": "Télécharger en CSV",
    "Show/hide columns": "Montrer ou cacher des colonnes",
    "Copy to clipboard": "Copier",
    "Copied": "Copié",
    "Clear selection": "Effacer le choix",
    "Clear value": "Effacer le choix",
    "Clear all": "Tout effacer",
    "Remove file": "Retirer le fichier",
    "Selected values": "Valeurs choisies",
    "file upload": "fichier à choisir",
    "Clear date": "Effacer la date",
    "Toggle fullscreen": "Plein écran",
    "Stop script": "Arrêter le calcul",
    "Notifications": "Messages",
    "App pages": "Écrans",
    "Navigate to home page": "Premier écran",
    "Dataframe column menu": "Menu de la colonne",
    "Copy column name": "Copier le nom de la colonne",
    "Previous Result": "Réponse précédente",
    "Next Result": "Réponse suivante",
    "Close Search": "Fermer la recherche",
    "Help": "Aide",
    "Increment": "Augmenter",
    "Decrement": "Diminuer",
    "Open": "Ouvrir",
    "open": "ouvrir",
    "Main menu": "Menu",
    "Rerun": "Relancer",
    "Settings": "Réglages",
    "Print": "Imprimer",
    "Record a screencast": "Enregistrer l'écran",
    "Sort ascending": "Trier en ordre croissant",
    "Sort descending": "Trier en ordre décroissant",
    "Autosize": "Ajuster la largeur",
    "Pin column": "Figer la colonne",
    "Unpin column": "Libérer la colonne",
    "Hide column": "Cacher la colonne",
    "Format": "Format",
    "Page not found": "Écran introuvable",
    "Choose date": "Choisir une date",
    "Choose a date": "Choisir une date",
    "Select a date.": "Choisir une date",
    "DD/MM/YYYY": "JJ/MM/AAAA",
    "dd": "jj",
    "yyyy": "aaaa",
    "Empty": "Vide",
    "Previous month": "Mois précédent",
    "Next month": "Mois suivant",
  };
  const PATTERNS = [
    [/^Limit ([\d.]+)\s?([KMG])B per file(.*)$/, "$1 $2o au plus par fichier$3"],
    [/^([\d.]+)([KMG])B per file(.*)$/, "$1 $2o au plus par fichier$3"],
    [/^day, (.*)$/, "Jour, $1"],
    [/^month, (.*)$/, "Mois, $1"],
    [/^year, (.*)$/, "Année, $1"],
    [/^Selected (.*)\. Press Backspace.*$/, "Choisi : $1"],
    [/^Help for (.*)$/, "Aide : $1"],
    // The tools of a table say which table.
    [
      /^(Download as CSV|Search|Show\/hide columns|(?:Toggle |Close |View |Exit )?[Ff]ullscreen): (.+)$/s,
      (_, tool, table) => `${WORDS[tool] ?? tool} : ${table}`,
    ],
    [/^Remove (.+)$/s, "Retirer $1"],
    [/^Select (\d+) matches$/, "Choisir les $1 réponses"],
    [/^(?:The page that you have requested|You have requested page) .*$/,
      "L'écran demandé n'existe pas : voici le premier."],
    // Several reasons come in one text.
    [
      /^(?:File must be|.* files are not allowed\.|File size is too small\.|Only one file is).*$/,
      (text) => text
        .replace(/File must be ([\d.]+)([KMG]?)B or smaller\./, (_, size, unit) =>
          `Fichier trop lourd : ${size.replace(".", ",")} ${unit}o au plus.`)
        .replace(/\S* files are not allowed\./, "Cette sorte de fichier n'est pas admise ici.")
        .replace("File size is too small.", "Le fichier est trop petit.")
        .replace("Only one file is allowed.", "Un seul fichier est admis."),
    ],
    [/^(?:AxiosError: )?Request failed with status code 413$/, "Fichier trop lourd : refusé."],
    [/^(?:AxiosError: )?Request failed with status code (\d+)$/, "Envoi refusé (code $1)."],
    [/^(?:AxiosError: )?Network Error$/, "Envoi interrompu : essayez de nouveau."],
    [/^(\d+)\.0([KMG]?)B$/, "$1 $2o"],
    [/^(\d+)\.(\d)([KMG]?)B$/, "$1,$2 $3o"],
  ];
  const ATTRIBUTES = ["aria-label", "aria-valuetext", "title", "placeholder"];
  // What people wrote stays as they wrote it.
  const WRITTEN = ".stMarkdown, .stHtml, .stText, .stTitle, .stHeading, textarea, script, style";
  // What somebody copies or types is given back to the letter.
  const AS_IS = "textarea, script, style, code, pre, canvas, [contenteditable]";
  const french = (text) => {
    const cut = text.trim();
    if (!cut) return null;
    if (Object.hasOwn(WORDS, cut)) return WORDS[cut] === cut ? null : WORDS[cut];
    for (const [pattern, words] of PATTERNS) {
      if (pattern.test(cut)) return cut.replace(pattern, words);
    }
    return null;
  };
  // No line begins with a sign that ends something, or ends with a guillemet that opens.
  const spaced = (text) => text
    .replace(/ (?=[;!?](?:\s|$))/g, "\u202f")
    .replace(/ (?=:(?:\s|$)|»)/g, "\u00a0")
    .replace(/« /g, "«\u00a0");
  const say = (root) => {
    if (root.nodeType === Node.TEXT_NODE) {
      const words = french(root.nodeValue);
      if (words && !root.parentElement?.closest(WRITTEN)) root.nodeValue = words;
      const held = spaced(root.nodeValue);
      if (held !== root.nodeValue && !root.parentElement?.closest(AS_IS)) root.nodeValue = held;
      return;
    }
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = root; node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        say(node);
        continue;
      }
      for (const name of ATTRIBUTES) {
        const words = node.hasAttribute(name) && french(node.getAttribute(name));
        if (words) node.setAttribute(name, words);
      }
    }
  };
  const mark = () => {
    const bar = document.querySelector(".st-key-navigation");
    if (!bar) return;
    if (bar.getAttribute("role") !== "navigation") {
      bar.setAttribute("role", "navigation");
      bar.setAttribute("aria-label", "Écrans");
    }
    // The title tells the screen; the address changes after the page, without a word.
    const here = document.title.split(" · ")[0];
    for (const link of bar.querySelectorAll("a")) {
      // The first screen has no name of its own: alone, its view would reopen the screen in use.
      if (link.getAttribute("href").startsWith("?")) link.href = `./${link.getAttribute("href")}`;
      // Not innerText: the page would be laid out anew at each change.
      if (link.textContent.trim() === here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  // A link that follows the view is the address of the moment it is shown.
  const here = (root) => {
    for (const link of root.querySelectorAll?.("[data-lien-ici]") ?? []) {
      if (link.textContent !== location.href) link.textContent = location.href;
    }
  };
  const taken = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Plain http has no clipboard of its own; what is selected may still be taken.
      return document.execCommand("copy");
    }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button[data-copier]");
    if (!button) return;
    const link = button.parentElement.querySelector("code");
    here(button.parentElement);
    getSelection().selectAllChildren(link);
    const done = await taken(link.textContent);
    button.parentElement.querySelector("[role=status]").textContent = done
      ? "Lien copié : collez-le dans un message."
      : "Copie refusée par ce navigateur. Le lien est sélectionné : copiez-le (Ctrl + C, ou " +
        "appui long puis « Copier »).";
  });
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") {
        change.addedNodes.forEach(say);
        change.addedNodes.forEach(here);
      }
      else if (change.type === "characterData") say(change.target);
      else if (change.attributeName !== "href") {
        const words = french(change.target.getAttribute(change.attributeName) ?? "");
        if (words) change.target.setAttribute(change.attributeName, words);
      }
    }
    mark();
  }).observe(document.body, {
    subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: [...ATTRIBUTES, "href"],
  });
  new MutationObserver(mark).observe(document.head, {
    subtree: true, childList: true, characterData: true,
  });
  say(document.body);
  mark();
})();
