import Provider from 'openid-provider'

new Provider('http://localhost:3002', {
  clients: [
    {
      client_id: 'federated',
      client_secret: 'replace-this-by-32-random-characters',
      redirect_uris: ['http://localhost:3000/federated/elsewhere/cb'],
    },
  ],
  // Browsers keep one cookie of a name for all ports of localhost; other hosts need no such names.
  cookies: { names: { session: 'there_session', interaction: 'there_interaction', resume: 'there_resume' } },
}).listen(3002)
