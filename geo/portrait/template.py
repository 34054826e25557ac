"""The one-page sheet of a quarter, in Typst: the text comes from ``data.json``, never as markup.

Tagged for PDF/UA-1: French language, a title, headings in order, tables with header rows, charts
with their words. One A4 page: the largest of a few sizes of text at which everything fits.
"""

TEMPLATE = r"""
#let data = json("data.json")
#set document(title: data.title, author: "", date: none)
#set text(lang: "fr", region: "fr", font: "Libertinus Serif", hyphenate: true)
#set par(justify: false, leading: 0.5em, spacing: 0.7em)
#set page(
  paper: "a4",
  margin: (x: 14mm, top: 15mm, bottom: 16mm),
  header: text(size: 7.5pt, fill: luma(60))[
    #data.running
    #h(1fr)
    #if data.fictional [*Données fictives*]
  ],
  footer: text(size: 6.5pt, fill: luma(60))[#data.attribution],
)
#show heading.where(level: 1): it => block(above: 0.9em, below: 0.45em, text(size: 0.95em, it.body))
#show table.cell.where(y: 0): strong
#show table.cell: set block(breakable: false)
#set table(stroke: 0.4pt + luma(150), inset: (x: 3pt, y: 2.2pt))
#set list(indent: 0pt, body-indent: 4pt, spacing: 0.45em)

#let table-of(headings, rows, columns) = table(
  columns: columns,
  align: left + horizon,
  table.header(..headings.map(word => [#word])),
  ..rows.flatten().map(cell => [#cell]),
)
#let figures-of() = table(
  columns: (1.6fr, 2fr, 33mm, ..data.figure_headings.slice(3).map(_ => 0.8fr)),
  align: left + horizon,
  table.header(..data.figure_headings.map(word => [#word])),
  ..data.figures.map(row => (
    [#row.heading],
    [*#row.own* #text(size: 0.85em)[#row.about]],
    if row.chart == "" [–] else { image(row.chart, alt: row.words, width: 31mm) },
    ..row.medians.map(word => [#word]),
  )).flatten(),
)

#let sheet(size) = {
  set text(size: size)
  {
    show title: set text(size: 1.1em, hyphenate: false)
    show title: set block(below: 0.5em)
    title()
  }
  text(fill: luma(60))[#data.subtitle]
  if data.fictional {
    block(stroke: 0.8pt + black, inset: 4pt, width: 100%)[*#data.fiction*]
  }
  block(above: 0.8em, text(size: 1.15em)[#data.paragraph])
  [= Les chiffres, à côté des autres quartiers]
  figures-of()
  block(above: 0.5em, text(size: 0.85em)[
    #for (index, words) in data.marks.enumerate() [
      #box(baseline: 30%, pdf.artifact(image("mark-" + str(index) + ".svg", height: 11pt)))
      #words
      #h(4pt)
    ]
  ])
  grid(columns: (1fr, 1fr), column-gutter: 6mm,
    {
      [= Ce qui manque]
      if data.lack_sentence != "" [#data.lack_sentence]
      table-of(data.lack_headings, data.lacks, (1.3fr, 1fr, 1.6fr))
      text(size: 0.85em)[#data.assumed]
      [= À pied et en voiture]
      table-of(data.care_headings, data.care, (1.4fr, 1fr, 1fr))
      if data.care_note != "" { text(size: 0.85em)[#data.care_note] }
    },
    {
      [= Qui travaille ici]
      for line in data.workers [- #line]
      [= Lieux d'aide les plus proches]
      for line in data.help [- #line]
      [= Quartiers qui lui ressemblent]
      for line in data.similar [- #line]
      [= Les régimes côte à côte]
      for line in data.regimes [- #line]
    },
  )
  block(above: 0.8em, text(size: 0.85em)[#data.reading])
}

// Measured before it is set: a page and not one line more.
#layout(space => {
  let sizes = (10pt, 9.5pt, 9pt, 8.5pt, 8pt, 7.5pt)
  let fits = sizes.filter(size => {
    measure(width: space.width, sheet(size)).height <= space.height
  })
  sheet(fits.at(0, default: sizes.last()))
})
"""
