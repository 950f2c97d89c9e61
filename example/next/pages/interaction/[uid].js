import { provider } from '../../provider.js'

export async function getServerSideProps({ req, res }) {
  try {
    const { uid, prompt, params } = await provider.interactionDetails(req, res)
    return { props: { uid, prompt: prompt.name, client: params.client_id, scope: params.scope ?? '' } }
  } catch {
    return { notFound: true }
  }
}

export default function Screen({ uid, prompt, client, scope }) {
  return (
    <form method="post" action={`/interaction/${uid}/answer`}>
      <h1>{prompt === 'login' ? `Sign in to ${client}` : `Allow ${client}?`}</h1>
      {prompt === 'login' ? (
        <label>
          Name <input name="login" autoComplete="username" required />
        </label>
      ) : (
        <p>It asks for {scope}.</p>
      )}
      <button type="submit">Go on</button>
    </form>
  )
}
