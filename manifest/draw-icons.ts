import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { colourIcon, outlineIcon } from './icons'
import { png } from './png'

/** Draws both icons anew, beside this file, where the package takes them from. */
for (const [name, { side, pixels }] of [
  ['color.png', colourIcon()],
  ['outline.png', outlineIcon()],
] as const)
  writeFileSync(join(__dirname, name), png(side, pixels))
