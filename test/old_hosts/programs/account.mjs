/** Accounts of a host, as the documentation of version 8 wants them. */
const people = new Map([['ada', { email: 'ada@example.com', email_verified: true, name: 'Ada' }]])

export class Account {
  constructor(id) {
    this.accountId = id
  }

  async claims(use, scope) {
    return {
      sub: this.accountId,
      ...people.get(this.accountId),
      ...(scope.includes('groups') ? { groups: [use] } : {}),
    }
  }

  static async findAccount(_ctx, id) {
    return people.has(id) ? new Account(id) : undefined
  }

  static async findByLogin(login) {
    return people.has(login) ? new Account(login) : undefined
  }
}
