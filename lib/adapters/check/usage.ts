export const USAGE = `Holds a storage adapter to every promise that openid-provider relies on.

  npx openid-provider-adapter-check [options] <module>

  <module>         a file, or the name of a package, which exports the adapter: a class that is constructed with
                   the name of a model, or a function that is called with it. With commit() as a static method, or
                   a property of the function, that is checked as well. A promise of either will do, too: connect to
                   your database in the module and export the adapter once it is there.

  --export <name>  which export it is (the default export, or the only one)
  --expect <list>  what must be offered beyond the documented contract, with commas: commit, listByAccountId
  --timeout <s>    seconds that one promise may take (10)
  --json           prints the report as JSON, for programs
  --help           prints this

It writes entries under random ids, and leaves them there for an hour or for ever: use an empty database. Where the module
exports close(), that is called in the end.

A module in TypeScript works where Node.js takes it (22.18 and newer), or with NODE_OPTIONS='--import tsx'.

Exit code: 0 when every promise was kept, 1 when one was missed, 2 when the adapter could not be checked.
What is not offered beyond the documented contract is told and no failure, unless --expect names it.

A module to start from:

  // my_adapter.js
  import { MongoClient } from 'mongodb'
  import { MyAdapter } from 'my-storage'

  const client = new MongoClient('mongodb://localhost/check')
  export default client.connect().then(() => MyAdapter.on(client.db()))
  export const close = () => client.close()
`
