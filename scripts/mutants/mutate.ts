/** Makes one file that holds all its mutants, each asleep until the switch names it. */
import { join } from 'node:path'
import type { BinaryExpression, Expression, Node, SourceFile } from 'typescript/unstable/ast'
import {
  isArrayLiteralExpression,
  isBinaryExpression,
  isBlock,
  isCallExpression,
  isConditionalExpression,
  isExpressionStatement,
  isForStatement,
  isIfStatement,
  isInterfaceDeclaration,
  isKeywordExpression,
  isObjectLiteralExpression,
  isPrefixUnaryExpression,
  isPropertyAccessExpression,
  isPropertyAssignment,
  isShorthandPropertyAssignment,
  isSpreadAssignment,
  isSpreadElement,
  isTaggedTemplateExpression,
  isTemplateExpression,
  isThrowStatement,
  isTypeAliasDeclaration,
  isTypeNode,
  isWhileStatement,
} from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'

export interface Mutant {
  readonly id: number
  readonly file: string
  readonly line: number
  /** For example `a === b → true`. */
  readonly change: string
}

export interface MutatedFile {
  readonly file: string
  readonly text: string
  readonly mutants: readonly Mutant[]
}

/** Processes that a test starts have no global switch: the environment tells them. */
const HEADER =
  'const __mutant = globalThis.__mutant ?? ((id) => id === Number(process.env.ACTIVE_MUTANT ?? -1)); '
/** What an operand becomes when the operator is to go by the other one alone. */
const NEUTRAL: Readonly<Record<string, string>> = { '&&': 'true', '||': 'false', '??': 'undefined' }
const BOUNDARY: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' }
const COMPARES = new Set(['===', '!==', '<', '<=', '>', '>=', 'in', 'instanceof'])
const EMPTY = new Set(["''", '[]', '{}'])
const QUANTIFIERS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
])

/** A piece of a file, inside of which other pieces change as well. */
class Mutation {
  readonly #file: SourceFile
  readonly #path: string
  readonly #firstId: number
  readonly mutants: Mutant[] = []

  constructor(file: SourceFile, path: string, firstId: number) {
    this.#file = file
    this.#path = path
    this.#firstId = firstId
  }

  #source(node: Node): string {
    return this.#file.text.slice(node.getStart(this.#file), node.end)
  }

  #note(node: Node, to: string): number {
    const id = this.#firstId + this.mutants.length
    const line = this.#file.text.slice(0, node.getStart(this.#file)).split('\n').length
    const from = this.#source(node).replace(/\s+/g, ' ').slice(0, 90)
    this.mutants.push({ id, file: this.#path, line, change: `${from} → ${to}` })
    return id
  }

  /** The text of a node with all mutants in it. */
  render(node: Node, parent?: Node): string {
    if (isTypeNode(node) || isInterfaceDeclaration(node) || isTypeAliasDeclaration(node))
      return this.#source(node)
    // Text that is put together is a message; markup and keys are made by calls.
    if (isTemplateExpression(node) && !(parent !== undefined && isTaggedTemplateExpression(parent)))
      return this.#source(node)
    const text = this.#renderWithin(node)
    if (parent === undefined) return text
    if (isExpressionStatement(node) || isThrowStatement(node)) return this.#statement(node, parent, text)
    if (isArrayLiteralExpression(parent) && !this.#isTuple(parent)) return this.#element(node, text)
    if (isObjectLiteralExpression(parent)) return this.#property(node, text)
    return this.#expression(node, parent, text)
  }

  readonly #tuples = new Set<Node>()
  #isTuple(node: Node): boolean {
    return this.#tuples.has(node)
  }

  #renderWithin(node: Node): string {
    if (isCallExpression(node)) this.#markTuples(node)
    if (isArrayLiteralExpression(node)) this.#markTuples(node)
    if (isBinaryExpression(node) && node.operatorToken.getText(this.#file) === '=')
      this.#tuples.add(node.left)
    let text = ''
    let at = node.getStart(this.#file)
    node.forEachChild((child) => {
      const start = child.getStart(this.#file)
      if (start < at || child.end === child.pos) return
      text += this.#file.text.slice(at, start) + this.render(child, node)
      at = child.end
    })
    return text + this.#file.text.slice(at, node.end)
  }

  /** The pairs of a map are not lists that could be shorter. */
  #markTuples(node: Node): void {
    if (!isArrayLiteralExpression(node)) return
    for (const element of node.elements) if (isArrayLiteralExpression(element)) this.#tuples.add(element)
  }

  #statement(node: Node, parent: Node, text: string): string {
    // Asking for nothing at all is the same as the condition being false.
    const alone =
      isIfStatement(parent) ||
      (isBlock(parent) && parent.statements.length === 1 && this.#guarded.has(parent))
    // The braces end the statement before, which may end without a semicolon.
    if (alone || text.startsWith('super(')) return `{ ${text} }`
    return `if (!__mutant(${this.#note(node, 'removed')})) { ${text} }`
  }

  readonly #guarded = new Set<Node>()

  #element(node: Node, text: string): string {
    const id = this.#note(node, 'removed from the list')
    if (isSpreadElement(node)) return `...(__mutant(${id}) ? [] : ${text.slice('...'.length)})`
    return `...(__mutant(${id}) ? [] : [${text}])`
  }

  #property(node: Node, text: string): string {
    if (isSpreadAssignment(node)) {
      return `...(__mutant(${this.#note(node, 'removed')}) ? {} : ${text.slice('...'.length)})`
    }
    if (!isPropertyAssignment(node) && !isShorthandPropertyAssignment(node)) return text
    if (text.startsWith('__proto__')) return text
    return `...(__mutant(${this.#note(node, 'removed')}) ? {} : { ${text} })`
  }

  #expression(node: Node, parent: Node, text: string): string {
    if (this.#isNoise(node, parent)) return text
    const bounded = isBinaryExpression(node) ? this.#boundary(node, text) : text
    if (isIfStatement(parent) && parent.expression === node) {
      this.#guarded.add(parent.thenStatement)
      return this.#either(node, bounded, ['true', 'false'])
    }
    if (isConditionalExpression(parent) && parent.condition === node) {
      return this.#either(node, bounded, ['true', 'false'])
    }
    if (isWhileStatement(parent) && parent.expression === node) return this.#either(node, bounded, ['false'])
    if (isForStatement(parent)) return bounded
    if (isBinaryExpression(parent)) {
      const neutral = NEUTRAL[parent.operatorToken.getText(this.#file)]
      if (neutral !== undefined && (node === parent.left || node === parent.right)) {
        return this.#either(node, bounded, [neutral])
      }
    }
    if (this.#isVerdict(node) && !isPrefixUnaryExpression(parent)) {
      return this.#either(node, bounded, ['true', 'false'])
    }
    if (isKeywordExpression(node) && (text === 'true' || text === 'false')) {
      return this.#either(node, text, [text === 'true' ? 'false' : 'true'])
    }
    return this.#callee(node, parent, bounded)
  }

  /** What only words a message, or stands for nothing where something is missing, means the same when it changes. */
  #isNoise(node: Node, parent: Node): boolean {
    const source = this.#source(node)
    if (/\binstanceof Error$/.test(source)) return true
    return isBinaryExpression(parent) && node === parent.right && EMPTY.has(source)
  }

  #isVerdict(node: Node): boolean {
    if (isPrefixUnaryExpression(node)) return this.#source(node).startsWith('!')
    return isBinaryExpression(node) && COMPARES.has(node.operatorToken.getText(this.#file))
  }

  #boundary(node: BinaryExpression, text: string): string {
    const to = BOUNDARY[node.operatorToken.getText(this.#file)]
    if (to === undefined) return text
    const changed = `${this.#source(node.left)} ${to} ${this.#source(node.right)}`
    return `(__mutant(${this.#note(node, changed)}) ? ${changed} : ${text})`
  }

  /** `some` instead of `every`, and a `filter` that lets everything through. */
  #callee(node: Node, parent: Node, text: string): string {
    if (!isCallExpression(parent)) return text
    if (isPropertyAccessExpression(node) && node === parent.expression) {
      const name = this.#source(node.name)
      const to = QUANTIFIERS.get(name)
      if (to === undefined) return text
      const before = text.slice(0, -name.length).replace(/(?<!\?)\.$/, '')
      return `${before}[__mutant(${this.#note(node, to)}) ? '${to}' : '${name}']`
    }
    const called: Expression = parent.expression
    const filters = isPropertyAccessExpression(called) && this.#source(called.name) === 'filter'
    if (!filters || parent.arguments[0] !== node) return text
    return `(__mutant(${this.#note(parent, 'without the filter')}) ? () => true : ${text})`
  }

  #either(node: Node, text: string, choices: readonly string[]): string {
    return choices.reduce(
      (inner, choice) => `(__mutant(${this.#note(node, choice)}) ? ${choice} : ${inner})`,
      `(${text})`,
    )
  }
}

/**
 * Mutates files.
 * @param root folder of the project
 * @param paths files, relative to it
 */
export function mutate(root: string, paths: readonly string[]): MutatedFile[] {
  const api = new API({ cwd: root })
  try {
    const [project] = api.updateSnapshot({ openProject: join(root, 'tsconfig.json') }).getProjects()
    let count = 0
    return paths.map((path) => {
      const file = project?.program.getSourceFile(join(root, path))
      if (file === undefined) throw new Error(`${path} is not part of the project`)
      const mutation = new Mutation(file, path, count)
      const text = HEADER + mutation.render(file)
      count += mutation.mutants.length
      return { file: path, text, mutants: mutation.mutants }
    })
  } finally {
    api.close()
  }
}
