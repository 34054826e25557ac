"""The printed sheet of a round, in Typst: the text comes from ``data.json`` and is never markup.

Tagged for PDF/UA-1, as ``geo.pack.template``; the boxes are tall enough for a pen.
"""

TEMPLATE = r"""
#let data = json("data.json")
#set document(title: data.title + ", " + data.subtitle, author: "", date: none)
#set text(lang: "fr", region: "fr", font: "Libertinus Serif", size: 10pt)
#set par(justify: false, leading: 0.6em)
#set page(
  paper: "a4",
  margin: (x: 16mm, top: 18mm, bottom: 18mm),
  header: text(size: 8pt, fill: luma(60))[
    #data.running
    #h(1fr)
    #if data.fictional [*Données fictives*]
  ],
  footer: text(size: 8pt, fill: luma(60))[
    Totaux seulement, aucune personne désignée.
    #h(1fr)
    Page #context counter(page).display("1 / 1", both: true)
  ],
)
#show heading.where(level: 1): it => block(above: 1.3em, below: 0.6em, text(size: 14pt, it.body))
#show heading.where(level: 2): it => block(above: 1.1em, below: 0.5em, text(size: 11pt, it.body))
#show table.cell.where(y: 0): strong
#show heading: set block(sticky: true)
#show figure.caption: set block(sticky: true)
#set table(stroke: 0.5pt + luma(110), inset: (x: 4pt, y: 3pt))
#show figure: set block(breakable: true)
#show figure.where(kind: table): set figure.caption(position: top)
#set figure.caption(separator: [ : ])
#show figure.caption: set text(size: 9pt)
#show figure.caption: set align(left)
#let grid-of(headings, rows, columns, caption, size: 8.5pt, row: auto) = figure(
  text(size: size, table(
    columns: columns,
    rows: (auto, row),
    align: left + horizon,
    table.header(..headings.map(word => [#word])),
    ..rows.flatten().map(cell => [#cell]),
  )),
  caption: caption, kind: table, supplement: [Tableau],
)
#show title: set text(size: 18pt, hyphenate: false)
#title()
#if data.fictional {
  block(stroke: 1pt + black, inset: 6pt, width: 100%)[*Données fictives.* #data.fiction]
}
#for sentence in data.how [
  - #sentence
]
#let blank(width) = box(width: width, line(length: 100%, stroke: 0.5pt))
#block(above: 1em, below: 1em)[
  Équipe (fonctions, pas de nom) : #blank(1fr)
  #h(4mm) Du #blank(22mm) au #blank(22mm)
]
#figure(
  image("map.svg", alt: data.map_alt, width: 92%),
  caption: [Ordre de la tournée],
  kind: image,
  supplement: [Plan],
)

= À remplir
#text(size: 8.5pt)[#data.meanings.join("  ")]
#for pass in data.passes [
  == #pass.heading
  #grid-of(data.headings, pass.rows, (1.6fr, auto, auto, 1fr, 1.2fr, 1.1fr, 1.1fr, 1fr),
    [Relevé du #lower(pass.heading)], size: 9pt, row: 8.5mm)
]

= Le plan
#for sentence in data.summary [
  - #sentence
]
#grid-of(data.expected.headings, data.expected.rows, (auto, 1.3fr, 1.2fr, 1fr, 1fr, 1fr),
  [Ce qu'un, deux ou trois passages donnent (modélisé)])

= Semaines
#if data.weeks.rows.len() > 0 {
  grid-of(data.weeks.headings, data.weeks.rows, (1.5fr, auto, auto, 2.5fr), [Visites par semaine])
}
#data.weeks_left

= Où orienter
#data.help_sentence
#if data.help.len() > 0 {
  grid-of(data.help_headings, data.help, (1.5fr, 1fr, 1fr, 2.6fr, auto),
    [Lieux d'aide à pied], size: 8pt)
}

= À préparer
#grid-of(data.checklist_headings, data.checklist, (auto, 3fr, 1.6fr), [Avant la première porte])

= Hypothèses
#grid-of(data.assumptions.headings, data.assumptions.rows, (2.2fr, auto, 1.2fr, 2.6fr, 1fr),
  [Hypothèses du plan, toutes modifiables], size: 8pt)

= Sources
#text(size: 8pt)[
#for source in data.sources [
  - #source
]
]
"""
