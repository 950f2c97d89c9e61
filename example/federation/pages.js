const escaped = (text) => String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (title, body) => `<!DOCTYPE html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>${title}</title>
<h1>${title}</h1>
${body}`

const password = (action, button) => `<form method="post" action="${action}">
  <label>E-mail <input name="email" type="email" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>${button}</button>
</form>`

const alert = (message) => (message === undefined ? '' : `<p role="alert">${escaped(message)}</p>`)

/** Where to sign in: here, or at one of the others. */
export const loginPage = (uid, names, message) =>
  page(
    'Sign in',
    `${alert(message)}
${password(`/interaction/${uid}/login`, 'Sign in')}
${names.map((name) => `<p><a href="/interaction/${uid}/to/${name}">Sign in with ${escaped(name)}</a></p>`).join('\n')}`,
  )

/** Somebody came who is not known: new, or somebody with an account here? Only who can sign in to it may link it. */
export const linkPage = (uid, { iss, email }, message) =>
  page(
    'One more step',
    `${alert(message)}
<p>You signed in at <strong>${escaped(iss)}</strong>${email ? ` as <strong>${escaped(email)}</strong>` : ''}, for the first time.</p>
<h2>I have an account here</h2>
${password(`/interaction/${uid}/link`, 'Connect it')}
<h2>I am new</h2>
<form method="post" action="/interaction/${uid}/register"><button>Create an account</button></form>`,
  )
