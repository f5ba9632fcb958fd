import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readStories, type Story } from './story-reader'

const FOLDER = join(__dirname, 'stories')

/** The unions whose stories are told: each in a file of its name. */
export const UNIONS = readdirSync(FOLDER).map((file) => basename(file, '.txt'))

/** A union's stories, in the order of its file. Errors as of `readStories`. */
export const storiesOf = (union: string): Story[] => readStories(readFileSync(join(FOLDER, `${union}.txt`), 'utf8'))
