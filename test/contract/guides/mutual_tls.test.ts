import { expect } from 'chai'
import { authority } from '../../support/certificates.ts'
import { followGuide } from '../../support/guide.ts'
import { answersByTls } from '../../support/nginx.ts'

describe('the guide docs/guides/mutual_tls.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/mutual_tls.md')

  it('M10 its client gets a token that is bound to its certificate (RFC 8705 §3)', async () => {
    const ca = await authority('Authority')
    const alternatives = [{ type: 'dns' as const, value: 'localhost' }]
    const server = await ca.issue({ subject: 'CN=localhost', alternatives })
    const client = await ca.issue({ subject: [{ C: ['GB'] }, { O: ['Acme, Inc.'] }, { CN: ['payments'] }] })
    const files = {
      'ca.pem': ca.cert,
      'server.pem': server.cert,
      'server.key': server.key,
      'payments.pem': client.cert,
      'payments.key': client.key,
    }
    for (const [name, text] of Object.entries(files)) await guide.write(name, text)
    await guide.start('provider.js', guide.file('provider.js'))
    while (!(await answersByTls(guide.port(3000)))) await new Promise((resolve) => setTimeout(resolve, 20))

    const said = await guide.output('payments.js', guide.file('payments.js'))

    const hex = client.certificate.fingerprint256.replaceAll(':', '')
    expect(said).to.equal(`bound to ${Buffer.from(hex, 'hex').toString('base64url')}`)
  })
})
