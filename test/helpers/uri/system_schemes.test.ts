import { expect } from 'chai'
import { isSystemScheme } from '../../../lib/helpers/uri/system_schemes.ts'

const SYSTEM = [
  ...['microsoft-edge', 'x-help-script', 'its', 'mk', 'disk'],
  ...['javascript', 'data', 'file', 'blob', 'vbscript', 'about', 'view-source', 'filesystem', 'jar'],
  ...[
    'chrome',
    'chrome-extension',
    'chrome-untrusted',
    'moz-extension',
    'edge',
    'devtools',
    'safari-extension',
  ],
  ...[
    'ms-settings',
    'ms-word',
    'ms-msdt',
    'search-ms',
    'intent',
    'android-app',
    'content',
    'x-apple.systempreferences',
  ],
  ...['smb', 'ldap', 'ldaps', 'ssh', 'sftp', 'telnet', 'ws', 'wss', 'ftp', 'nfs', 'git+ssh'],
  ...['mailto', 'tel', 'sms', 'facetime', 'sip', 'xmpp', 'magnet', 'itms-services', 'urn', 'web+auth'],
]
const APPS = [
  'cursor',
  'vscode',
  'vscode-insiders',
  'windsurf',
  'myapp',
  'zoommtg',
  'com.example.app',
  'slack',
  'obsidian',
  'x-github-client',
  'mscape',
]

describe("schemes that are no app's own (RFC 8252 §7.1, RFC 7595 §3.8)", () => {
  for (const scheme of SYSTEM) {
    it(`A046 ${scheme}: is one`, () => expect(isSystemScheme(scheme)).to.equal(true))
  }
  for (const scheme of APPS) {
    it(`A046 ${scheme}: is an app's`, () => expect(isSystemScheme(scheme)).to.equal(false))
  }
})
