import { escapeXmlAttribute, escapeXmlText } from '../../base/xml.ts'

/** What CLIXML strings escape: controls, surrogates (so every character beyond the BMP), what XML has not, and `_` before an x. */
const ESCAPED = /[\p{Cc}\p{Cs}\ufffe\uffff\u{10000}-\u{10ffff}]|_(?=[xX])/gu

function escapeUnits(text: string): string {
  return text.replace(ESCAPED, (character) => {
    let units = ''
    for (let at = 0; at < character.length; at++)
      units += `_x${character.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')}_`
    return units
  })
}

/** A string as element content ([MS-PSRP] 2.2.5.3.2): `_xHHHH_` per UTF-16 unit. */
export function escapeCliText(text: string): string {
  return escapeXmlText(escapeUnits(text))
}

/** A property name as the value of `N`. */
export function escapeCliName(name: string): string {
  return escapeXmlAttribute(escapeUnits(name))
}

/** Undoes `_xHHHH_`, hex digits in any case; any other `_` stays. */
export function unescapeCliText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}
