// Receivers of alerts on ports of their own: an SMTP server that asks for a password, and a webhook that is away the
// first time. Writes the ports, then a line of JSON for each message that it took.
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { SMTPServer } from 'smtp-server'

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)

const mail = new SMTPServer({
  allowInsecureAuth: true,
  hideSTARTTLS: true,
  onAuth: ({ username, password }, _, done) =>
    username === 'nhip' && password === 'mật'
      ? done(null, { user: username })
      : done(new Error('no such user')),
  onData(stream, { envelope }, done) {
    const parts = []
    stream.on('data', (part) => parts.push(part))
    stream.on('end', () => {
      const to = envelope.rcptTo.map(({ address }) => address)
      say({ mail: Buffer.concat(parts).toString(), to })
      done()
    })
  },
})

let away = process.argv[2] === 'away'
const webhook = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  const body = Buffer.concat(parts)
  const sign = createHmac('sha256', 'bí mật').update(body).digest('hex')
  const signed = request.headers['x-nhip-signature'] === `sha256=${sign}`
  const key = request.headers['idempotency-key']
  say({ webhook: JSON.parse(body), signed, key, taken: !away })
  response.writeHead(away ? 503 : 204).end()
  away = false
})

mail.listen(0, '127.0.0.1', () =>
  webhook.listen(0, '127.0.0.1', () =>
    say({ smtp: mail.server.address().port, http: webhook.address().port }),
  ),
)
// Ends with whoever started it.
process.stdin.resume().on('end', () => process.exit())
