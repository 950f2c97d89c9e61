import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Node } from 'typescript/unstable/ast'
import { isRegularExpressionLiteral } from 'typescript/unstable/ast/is'
import { API } from 'typescript/unstable/sync'

const root = resolve(import.meta.dirname, '../..')

/** A regular expression as it is written in the library. */
export interface RegularExpression {
  readonly file: string
  readonly source: string
  readonly flags: string
}

function collect(node: Node, file: string, found: RegularExpression[]): void {
  if (isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf('/')
    found.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
  }
  node.forEachChild((child) => {
    collect(child, file, found)
    return undefined
  })
}

/** Every regular expression literal of the library, as the compiler sees them. */
export function regularExpressions(): RegularExpression[] {
  const api = new API({ cwd: root })
  try {
    const [project] = api.updateSnapshot({ openProject: join(root, 'tsconfig.json') }).getProjects()
    const found: RegularExpression[] = []
    for (const name of readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue
      const file = project?.program.getSourceFile(join(root, 'lib', name))
      if (file === undefined) throw new Error(`lib/${name} is not part of the project`)
      collect(file, `lib/${name}`, found)
    }
    return found
  } finally {
    api.close()
  }
}
