// SVG as text: elements with escaped attributes and contents, so that no name from a cluster can break out of the file. Pure.

export type Attributes = Readonly<Record<string, string | number | undefined>>

/** `children` are elements already; text goes through `escaped`. An attribute that is undefined is left out. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(value)}"`],
  )
  const open = `<${name}${written.join('')}`
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`
}

/** Numbers to a tenth of a pixel: nobody sees more, and files stay small. */
export function escaped(value: string | number): string {
  if (typeof value === 'number') return String(Math.round(value * 10) / 10)
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\P{Cc}\n\t]/gu, '')
}
