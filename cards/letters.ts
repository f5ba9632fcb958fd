/**
 * What the fonts that every reader of PDF brings along have no shape for: anything but the letters of Western Europe
 * (Windows-1252). A bracket belongs to it where it would read as the beginning of one of our own codes.
 */
const UNSHOWN = /(?:[^\n\x20-\x7E\xA1-\xAC\xAE-\xFFŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|\[(?=U\+))+/gu

/**
 * The text as a print can show it: every character that it has no shape for stands as its number in Unicode, neighbours in
 * one pair of brackets, such as `[U+0141]ukasz`. Nothing is lost: from the print the text can be written down again.
 */
export const printable = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[\t\xA0]/g, ' ')
    .replaceAll(UNSHOWN, (run) => `[${[...run].map(codeOf).join(' ')}]`)

const codeOf = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

/** Whether some characters of a printable text stand as their numbers. */
export const hasCodes = (text: string): boolean => text.includes('[U+')
