import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from '@swc/core'

type Node = Readonly<Record<string, unknown>>

/** One place where the code says something. */
export interface WordUse {
  file: string
  /** The key, or a pattern that captures the part which is put together at run time. */
  keys: RegExp
  exact: boolean
  /** What is filled in; null where the code hands over a whole record. */
  values: readonly string[] | null
}

const ROOT = join(__dirname, '..', '..')

/** Everything that the bot, its cards and its dialogs say, and every text in them that could be a key. */
export function wordUses(): { uses: WordUse[]; texts: ReadonlySet<string> } {
  const uses: WordUse[] = []
  const texts = new Set<string>()
  for (const file of sourceFiles()) {
    const nodes = [...nodesIn(parseSync(readFileSync(join(ROOT, file), 'utf8'), { syntax: 'typescript' }))]
    const named = new Map<unknown, unknown>(
      nodes.filter(({ type }) => type === 'VariableDeclarator').map(({ id, init }) => [(id as Node).value, init]),
    )
    for (const node of nodes) {
      if (node.type === 'StringLiteral') texts.add(String(node.value))
      if (node.type !== 'CallExpression') continue
      const called = calledName(node.callee as Node)
      const [first, second] = node.arguments as { expression: Node }[]
      if (called === 'say' && first)
        for (const keys of keysOf(first.expression, named))
          uses.push({ file, keys, exact: isExact(keys), values: valuesOf(second?.expression, named) })
      if (called === 'named' && first)
        uses.push({ file, keys: pattern([first.expression.value, '.'], ['']), exact: false, values: [] })
    }
  }
  return { uses, texts }
}

function sourceFiles(): string[] {
  const listed = ['bot', 'cards', 'dialogs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  return listed.filter((name) => name.endsWith('.ts') && !name.startsWith(join('bot', 'dev')))
}

function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const inner of value) yield* nodesIn(inner)
  else if (typeof value === 'object' && value !== null) {
    if ('type' in value) yield value as Node
    for (const inner of Object.values(value)) yield* nodesIn(inner)
  }
}

const calledName = ({ property, type, value }: Node): unknown =>
  type === 'MemberExpression' ? (property as Node).value : value

/** The keys that an expression may stand for; none where it is handed on from elsewhere. */
function keysOf(expression: Node, named: ReadonlyMap<unknown, unknown>): RegExp[] {
  const { consequent, alternate, quasis, type, value } = expression
  if (type === 'StringLiteral') return [pattern([value])]
  if (type === 'ParenthesisExpression') return keysOf(expression.expression as Node, named)
  if (type === 'ConditionalExpression') return [consequent, alternate].flatMap((each) => keysOf(each as Node, named))
  if (type === 'TemplateLiteral') {
    const fixed = (quasis as Node[]).map(({ cooked }) => cooked)
    // With nothing but a dot it is handed on, and said by whoever asked.
    return fixed.join('') === '.' ? [] : [pattern(...fixed.map((part) => [part]))]
  }
  const known = type === 'Identifier' ? named.get(value) : undefined
  return known ? keysOf(known as Node, new Map()) : []
}

const isExact = ({ source }: RegExp) => !source.includes('(.+)')

const pattern = (...fixed: readonly (readonly unknown[])[]): RegExp =>
  new RegExp(`^${fixed.map((parts) => parts.join('').replaceAll('.', '\\.')).join('(.+)')}$`)

function valuesOf(expression: Node | undefined, named: ReadonlyMap<unknown, unknown>): string[] | null {
  if (!expression) return []
  if (expression.type === 'Identifier') {
    const known = named.get(expression.value) as Node | undefined
    return known?.type === 'ObjectExpression' ? valuesOf(known, named) : null
  }
  if (expression.type !== 'ObjectExpression') return null
  const each = (expression.properties as Node[]).map((property) => {
    if (property.type === 'SpreadElement') return valuesOf(property.arguments as Node, named)
    return [String(property.type === 'Identifier' ? property.value : (property.key as Node).value)]
  })
  return each.includes(null) ? null : each.flatMap((names) => names!)
}
