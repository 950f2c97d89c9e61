/** Reads interfaces and type aliases, with their comments, as the compiler sees them. */
import { dirname, join } from 'node:path'
import type { Node, SourceFile, Statement, TypeElement } from 'typescript/unstable/ast'
import {
  isIndexSignatureDeclaration,
  isInterfaceDeclaration,
  isMethodSignatureDeclaration,
  isModuleBlock,
  isModuleDeclaration,
  isPropertySignatureDeclaration,
  isTypeAliasDeclaration,
} from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'

/** A comment, taken apart. */
export interface Comment {
  readonly text: string
  /** `@default` */
  readonly fallback: string | undefined
  /** `@see` */
  readonly see: string | undefined
  readonly returns: string | undefined
  /** `@param`: "name what it is" */
  readonly params: readonly string[]
}

/** A member of an interface. */
export interface Member {
  readonly name: string
  /** As written, without `| undefined`. */
  readonly type: string
  readonly comment: Comment
}

/** An exported interface (with members) or type alias (without), or what a file adds to an interface of another. */
export interface Declaration {
  readonly name: string
  /** The file whose interface this adds to, as the other names it. */
  readonly addsTo: string | undefined
  /** As written, for what is shown as a whole. */
  readonly code: string
  readonly comment: Comment
  readonly members: readonly Member[] | undefined
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

function readComment(node: Node, file: SourceFile): Comment {
  const doc = node.jsDoc?.at(-1)
  const raw = doc === undefined ? '' : file.text.slice(doc.pos, doc.end)
  const plain = raw
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replace(/^[ \t]*\* ?/gm, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
  const [text = '', ...tags] = plain.split(/(?:^|\s)@(?=(?:default|see|returns|param|throws)\s)/)
  const values = (tag: string) =>
    tags.filter((entry) => entry.startsWith(`${tag} `)).map((entry) => oneLine(entry.slice(tag.length)))
  return {
    text: oneLine(text),
    fallback: values('default')[0],
    see: values('see')[0],
    returns: values('returns')[0],
    params: values('param'),
  }
}

/** Types are written over several lines and indented; a page shows them with the indentation of their first line. */
const withoutUndefined = (type: string) =>
  type
    .trim()
    .replace(/\s*\|\s*undefined$/, '')
    .replace(/^\|\s*/, '')

function readMember(node: TypeElement, file: SourceFile): Member[] {
  const comment = readComment(node, file)
  if (isPropertySignatureDeclaration(node)) {
    const name = node.name.getText(file).replace(/^'|'$/g, '')
    return [{ name, type: withoutUndefined(file.text.slice(node.type.pos, node.type.end)), comment }]
  }
  if (isMethodSignatureDeclaration(node)) {
    const start = node.name.getStart(file)
    return [{ name: node.name.getText(file), type: file.text.slice(start, node.end), comment }]
  }
  if (isIndexSignatureDeclaration(node)) return []
  throw new Error(`${file.fileName}: cannot read ${node.getText(file)}`)
}

function readStatement(node: Statement, file: SourceFile, addsTo?: string): Declaration[] {
  if (isModuleDeclaration(node) && node.body !== undefined && isModuleBlock(node.body)) {
    const module = node.name.text
    return node.body.statements.flatMap((inner) => readStatement(inner, file, module))
  }
  const isInterface = isInterfaceDeclaration(node)
  if (!isInterface && !isTypeAliasDeclaration(node)) return []
  const code = file.text.slice(node.getStart(file), node.end)
  if (addsTo === undefined && !code.startsWith('export')) return []
  return [
    {
      name: node.name.text,
      addsTo,
      code: code.replace(/^export /, ''),
      comment: readComment(node, file),
      members: isInterface ? node.members.flatMap((member) => readMember(member, file)) : undefined,
    },
  ]
}

const byName = (one: Member, other: Member) => (one.name < other.name ? -1 : 1)

/** Interfaces may be written in parts: what others add stands with what they add to, in the order of the names. */
function joinParts(files: ReadonlyMap<string, readonly Declaration[]>): Map<string, readonly Declaration[]> {
  const additions = new Map<string, Member[]>()
  for (const [path, declarations] of files) {
    for (const { name, addsTo, members = [] } of declarations) {
      if (addsTo === undefined) continue
      const key = `${join(dirname(path), addsTo)} ${name}`
      additions.set(key, [...(additions.get(key) ?? []), ...members])
    }
  }
  const joined = (path: string, declaration: Declaration): Declaration => {
    const added = additions.get(`${path} ${declaration.name}`)
    if (added === undefined) return declaration
    return { ...declaration, members: [...(declaration.members ?? []), ...added].sort(byName) }
  }
  return new Map(
    [...files].map(([path, declarations]) => [
      path,
      declarations.filter(({ addsTo }) => addsTo === undefined).map((one) => joined(path, one)),
    ]),
  )
}

/**
 * Reads what some files export.
 * @param root folder of the project
 * @param paths files, relative to it
 * @returns for each file its declarations, in the order they are written, with what the others add to them
 */
export function readDeclarations(
  root: string,
  paths: readonly string[],
): Map<string, readonly Declaration[]> {
  const api = new API({ cwd: root })
  try {
    const [project] = api.updateSnapshot({ openProject: join(root, 'tsconfig.json') }).getProjects()
    return joinParts(
      new Map(
        paths.map((path) => {
          const file = project?.program.getSourceFile(join(root, path))
          if (file === undefined) throw new Error(`${path} is not part of the project`)
          return [path, file.statements.flatMap((statement) => readStatement(statement, file))]
        }),
      ),
    )
  } finally {
    api.close()
  }
}
