/** Pages that are a table of members: the context, client metadata, the adapter. */
import type { Declaration, Member } from './declarations.ts'
import { codeBlock, describe, exampleOf, GENERATED, heading } from './markdown.ts'
import { memberTable } from './member_table.ts'
import { optionExample } from './option_example.ts'

const CONTEXT = `\`ctx.oidc\` in functions of the configuration, in listeners and in middleware of \`provider.use()\`: what is known of a request so
far. Members that are not known yet are \`undefined\`.`

/** @param context OIDCContext @param entities OIDCContextEntities */
export function contextPage(context: Declaration, entities: Declaration): string {
  return `${[
    heading(1, 'ctx.oidc'),
    GENERATED,
    CONTEXT,
    memberTable('OIDCContext', context.members ?? []),
    heading(2, 'entities'),
    `${describe(entities.comment)} See [models](models.md).`,
    memberTable('OIDCContextEntities', entities.members ?? []),
  ].join('\n\n')}\n`
}

const METADATA = `What \`clients\`, storage and dynamic registration know about a client. On a \`Client\` the names are camelCase
(\`client.redirectUris\`); what \`extraClientMetadata.properties\` names keeps its name.

A web application, an application in the browser, an app, a service and an API:

\`\`\`js
clients: [
  { client_id: 'web', client_secret: 'a long random secret', redirect_uris: ['https://app.example.com/cb'],
    grant_types: ['authorization_code', 'refresh_token'] },
  { client_id: 'spa', token_endpoint_auth_method: 'none', redirect_uris: ['https://spa.example.com/cb'] },
  { client_id: 'app', token_endpoint_auth_method: 'none', application_type: 'native',
    redirect_uris: ['com.example.app:/cb', 'http://127.0.0.1/cb'] },
  { client_id: 'job', client_secret: 'a long random secret', redirect_uris: [], response_types: [],
    grant_types: ['client_credentials'] },
  { client_id: 'api', client_secret: 'a long random secret', redirect_uris: [], response_types: [], grant_types: [] },
]
\`\`\``

/** As it stands in the metadata of a client. */
function metadataExample(member: Member): string | undefined {
  return optionExample(member.name, member)
}

/**
 * @param metadata ClientMetadata, with what features add
 * @param origin for a member the feature whose file adds it
 */
export function clientMetadataPage(metadata: Declaration, origin: ReadonlyMap<string, string>): string {
  const members = metadata.members ?? []
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const feature = origin.get(member.name) ?? ''
    groups.set(feature, [...(groups.get(feature) ?? []), member])
  }
  const sections = [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([feature, list]) => [
      heading(2, feature === '' ? 'Always' : `With features.${feature}`),
      memberTable('ClientMetadata', list, metadataExample, () => true),
    ])
  return `${[heading(1, 'Client metadata'), GENERATED, METADATA, ...sections].join('\n\n')}\n`
}

/** What is narrowed by another interface is used as it was. @throws Error where nobody has shown how */
function adapterExample(member: Member, shown: ReadonlyMap<string, Member>): string[] {
  if (!shown.has(member.name)) throw new Error(`without an example: adapter.${member.name}`)
  return exampleOf(member.comment)
}

/** @param declarations of types/adapter.ts */
export function adapterPage(declarations: readonly Declaration[]): string {
  const shown = new Map<string, Member>()
  const sections = declarations.flatMap(({ name, comment, code, members }) => {
    for (const member of members ?? [])
      if (member.comment.example !== undefined) shown.set(member.name, member)
    const methods = (members ?? []).filter(({ type }) => type.includes('('))
    return [
      heading(2, name),
      describe(comment),
      ...(methods.length > 0
        ? methods.flatMap((member) => [
            heading(3, member.name),
            describe(member.comment),
            codeBlock(member.type),
            ...adapterExample(member, shown),
          ])
        : [codeBlock(code)]),
    ]
  })
  return `${[
    heading(1, 'Adapter contract'),
    GENERATED,
    'What the option `adapter` has to be. How to write and test one, and the ones that are there: [storage](../storage.md).',
    ...sections.filter((part) => part !== ''),
  ].join('\n\n')}\n`
}
