/** What runs as a script, reads locally, or opens another view of a page. */
const OF_BROWSERS =
  'about blob cid data feed file filesystem help its jar javascript jscript livescript mhtml mid mk mocha null res resource view-source vbscript wyciwyg xul'
/** What the system does itself, or hands to what everybody has. */
const OF_SYSTEMS =
  'acap aim android-app app-settings applescript bitcoin callto content control dns doi dict disk ext facetime facetime-audio fax geo gopher hcp imap intent ipp ipps irc irc6 ircs itms itms-apps itms-services local magnet mailto maps market microsoft-edge mms mmsto modem msrp news nntp otpauth package payto pop prefs rdp search search-ms sgn shell shortcuts sip sips sms smsto snews spotlight tag tel telnet tn3270 urn view vnc wais webcal webcals wifi x-help-script x-man-page xmpp'
/** What reaches other machines. */
const OF_NETWORKS =
  'afp cifs coap coaps cvs dav davs finger ftp ftps git git+ssh jdbc ldap ldapi ldaps nfs redis rediss rlogin rsync rtmp rtsp scp sftp smb ssh svn svn+ssh tftp turn turns stun stuns webdav ws wss'

const SCHEMES: ReadonlySet<string> = new Set([OF_BROWSERS, OF_SYSTEMS, OF_NETWORKS].join(' ').split(' '))

/** Families of them; any page may claim a `web+` one. */
const FAMILIES =
  /^(?:chrome|devtools|edge|firefox|moz-|ms-|msdt|opera|brave|vivaldi|safari|isolated-app|view-source|web\+|x-apple|x-web-search)/

/**
 * Whether a scheme executes, reads locally, or belongs to browser or system: nothing that an app could have for
 * itself.
 * @param scheme in lower case, without the colon
 * @see RFC 8252 §7.1, RFC 7595 §3.8
 */
export function isSystemScheme(scheme: string): boolean {
  return SCHEMES.has(scheme) || FAMILIES.test(scheme)
}
