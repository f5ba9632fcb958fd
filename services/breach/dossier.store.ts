import type { Scope } from '../platform/mongo'
import type { PrintLink } from './dossier.types'

const links = (scope: Scope) => scope.collection<PrintLink>('printLinks')

export const insertPrintLink = (scope: Scope, link: PrintLink): Promise<void> => links(scope).insert(link)

/**
 * Uses a link up: of any number of tries one gets it. Null where there is none that was made after `since`, which used
 * ones are not told apart from.
 */
export async function takePrintLink(scope: Scope, _id: string, since: Date): Promise<PrintLink | null> {
  const found = await links(scope).findOne({ _id, createdAt: { $gt: since } })
  return found && (await links(scope).delete({ _id })) === 1 ? found : null
}
