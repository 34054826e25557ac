"""The printed file of a call, in Typst: the text comes from ``data.json`` and is never markup.

Tagged for PDF/UA-1: French language, a title, headings in order, tables with header rows, a map
with its words. Prints in grey: nothing is said by colour alone.
"""

TEMPLATE = r"""
#let data = json("data.json")
#set document(title: data.title, author: "", date: none)
#set text(lang: "fr", region: "fr", font: "Libertinus Serif", size: 10pt, hyphenate: true)
#set par(justify: false, leading: 0.6em)
#let side = 18mm
#let foot = 24mm
#set page(
  paper: "a4",
  margin: (x: side, top: 20mm, bottom: foot),
  header: text(size: 8pt, fill: luma(60))[
    #data.running
    #h(1fr)
    #if data.fictional [*Données fictives*]
  ],
  footer: text(size: 7pt, fill: luma(60))[
    #data.attribution
    #h(1fr)
    Page #context counter(page).display("1 / 1", both: true)
  ],
)
#show heading.where(level: 1): it => block(above: 1.4em, below: 0.7em, text(size: 15pt, it.body))
#show heading.where(level: 2): it => block(above: 1.2em, below: 0.6em, text(size: 12pt, it.body))
#show heading.where(level: 3): it => block(above: 1em, below: 0.5em, text(size: 10.5pt, it.body))
#show table.cell.where(y: 0): strong
#set table(stroke: 0.4pt + luma(150), inset: (x: 4pt, y: 3pt))

#let grid-of(headings, rows, columns, caption: none, size: 8.5pt) = figure(
  text(size: size, hyphenate: true, table(
    columns: columns,
    align: left + top,
    table.header(..headings.map(word => [#word])),
    ..rows.flatten().map(cell => [#cell]),
  )),
  caption: caption,
  kind: table,
  supplement: [Tableau],
)
#show figure: set block(breakable: true)
#show figure.where(kind: table): set figure.caption(position: top)
#set figure.caption(separator: [ : ])
#show figure.caption: set text(size: 9pt)
#show figure.caption: set align(left)
#show figure.caption.where(kind: table): it => block(sticky: true, it)

#show title: set text(size: 20pt, hyphenate: false)
#title()
#text(size: 11pt, fill: luma(60))[#data.subtitle]

#if data.fictional {
  block(stroke: 1pt + black, inset: 8pt, width: 100%)[*Données fictives.* #data.fiction]
}

= L'essentiel
#for sentence in data.summary [
  - #sentence#metadata(none)<essential>
]

#let map-of(size) = block(breakable: false)[
  #figure(
    image("map.svg", alt: data.map_alt, ..size),
    caption: [#data.map_caption],
    kind: image,
    supplement: [Carte],
  )
  #block(stroke: 0.4pt + luma(150), inset: 6pt)[
    #text(size: 8.5pt)[
      #for (index, name) in data.legend.enumerate() [
        #box(baseline: 25%, pdf.artifact(image("mark-" + str(index) + ".svg", height: 10pt)))
        #name
        #h(8pt)
      ]
    ]
  ]
]
// The map shrinks a little to stay on the page of the text that it illustrates; when that is not
// enough it heads the next page, whole, and the text goes on without it.
#context {
  let text-width = page.width - 2 * side
  let width = 0.82 * text-width
  let whole = measure(map-of((width: width)), width: text-width).height
  let height = measure(image("map.svg", width: width)).height
  let above = query(<essential>).last().location().position().y
  let room = page.height - foot - above - 3em.to-absolute() - (whole - height)
  if room >= height {
    map-of((width: width))
  } else if room >= 0.6 * height {
    map-of((height: room))
  } else {
    place(top, float: true, clearance: 1.5em, map-of((width: width)))
  }
}

= Territoires retenus, par délégation départementale
#for sentence in data.how [
  #sentence

]
#for place in data.departements [
  == #place.heading
  #block(sticky: true)[#place.sentence]
  #grid-of(
    data.territory_headings,
    place.rows,
    (auto, 1.5fr, auto, auto, 1fr, auto),
    caption: [#place.caption],
  )
  #for quarter in place.quarters [
    === #quarter.heading
    #quarter.text
  ]
]

#if data.at("overrides").len() > 0 [
  = Dérogations
  #data.overrides_sentence
  #grid-of(data.override_headings, data.overrides, (auto, 1.2fr, 1.4fr, 2.4fr, 1fr),
    caption: [Dérogations du planificateur])
]

#if data.notes.len() > 0 [
  = Notes de terrain
  #data.notes_sentence
  #grid-of(data.note_headings, data.notes, (auto, 1.2fr, auto, 1fr, 1fr, 2.4fr),
    caption: [Notes datées, signées d'une fonction])
  #grid-of(data.noted_headings, data.noted, (auto, 1.6fr, auto, auto, auto, auto, 1fr),
    caption: [Classement sans et avec les notes : quartiers notés ou déplacés (modélisé)])
]

= Annexe : tous les quartiers examinés
#data.annex_sentence
#grid-of(data.annex_headings, data.annex, (auto, auto, 1.6fr, auto, auto, auto, auto),
  caption: [Quartiers examinés, par rang], size: 7.5pt)

= Paramètres
#data.parameters_sentence
#grid-of(data.parameter_headings, data.parameters, (2.6fr, 1.3fr, 1.2fr, 3fr, 1.3fr),
  caption: [Paramètres du calcul], size: 7.5pt)

= Sources
#data.sources_sentence
#for source in data.sources [
  - #source
]
"""
