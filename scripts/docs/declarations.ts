/** Reads interfaces and type aliases, with their comments, as the compiler sees them. */
import { dirname, join } from 'node:path'
import type { ClassElement, Node, SourceFile, Statement, TypeElement } from 'typescript/unstable/ast'
import {
  isCallSignatureDeclaration,
  isClassDeclaration,
  isConstructSignatureDeclaration,
  isGetAccessorDeclaration,
  isIndexSignatureDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isMethodSignatureDeclaration,
  isModuleBlock,
  isModuleDeclaration,
  isPropertyDeclaration,
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
  /** `@throws` */
  readonly throws: string | undefined
  /** `@remarks`: what to do about it. */
  readonly remarks: string | undefined
  /** `@example`, as written. */
  readonly example: string | undefined
}

/** A member of an interface or class. */
export interface Member {
  readonly name: string
  /** Whether it is one of a class itself. */
  readonly isStatic?: boolean
  /** As written, without `| undefined`. */
  readonly type: string
  readonly comment: Comment
}

/** An exported interface or class (with members) or type alias (without), or what a file adds to an interface of another. */
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
  const [text = '', ...tags] = plain.split(
    /(?:^|\s)@(?=(?:default|see|returns|param|throws|remarks|example)\s)/,
  )
  const values = (tag: string) =>
    tags.filter((entry) => entry.startsWith(`${tag} `)).map((entry) => oneLine(entry.slice(tag.length)))
  return {
    text: oneLine(text),
    fallback: values('default')[0],
    see: values('see')[0],
    returns: values('returns')[0],
    params: values('param'),
    throws: values('throws')[0],
    remarks: values('remarks')[0],
    example: tags
      .find((entry) => entry.startsWith('example'))
      ?.slice('example'.length)
      .replace(/^\s*\n|^ +|\s+$/g, ''),
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
  if (
    isIndexSignatureDeclaration(node) ||
    isConstructSignatureDeclaration(node) ||
    isCallSignatureDeclaration(node)
  )
    return []
  throw new Error(`${file.fileName}: cannot read ${node.getText(file)}`)
}

/** What hosts see of a class: its getters, methods and properties, each signature by itself. */
function readClassMember(node: ClassElement, file: SourceFile): Member[] {
  const isReadable =
    isGetAccessorDeclaration(node) || isMethodDeclaration(node) || isPropertyDeclaration(node)
  if (!isReadable) return []
  const name = node.name.getText(file)
  if (name.startsWith('#')) return []
  const comment = readComment(node, file)
  const isStatic = /^(?:\w+ )*static\b/.test(file.text.slice(node.getStart(file), node.name.getStart(file)))
  if (isPropertyDeclaration(node)) {
    const type = node.type === undefined ? '' : file.text.slice(node.type.pos, node.type.end)
    return [{ name, isStatic, type: withoutUndefined(type), comment }]
  }
  const end = node.body === undefined ? node.end : node.body.pos
  const signature = file.text.slice(node.name.getStart(file), end).trim()
  const type = isMethodDeclaration(node) ? signature : (/\): (.*)$/s.exec(signature)?.[1] ?? '')
  return [{ name, isStatic, type, comment }]
}

function readStatement(node: Statement, file: SourceFile, addsTo?: string): Declaration[] {
  if (isModuleDeclaration(node) && node.body !== undefined && isModuleBlock(node.body)) {
    const module = node.name.text
    return node.body.statements.flatMap((inner) => readStatement(inner, file, module))
  }
  if (isClassDeclaration(node) && node.name !== undefined) {
    if (!file.text.slice(node.getStart(file), node.end).startsWith('export')) return []
    const members = node.members.flatMap((member) => readClassMember(member, file))
    return [{ name: node.name.text, addsTo, code: '', comment: readComment(node, file), members }]
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
