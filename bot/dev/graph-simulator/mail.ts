import { z } from 'zod'
import { type Handler, refusal } from './answers'
import type { SentMails } from './sent-mail'

const recipient = z.strictObject({
  emailAddress: z.strictObject({ address: z.string(), name: z.string().optional() }),
})
const sendMailBody = z.strictObject({
  message: z.strictObject({
    subject: z.string().default(''),
    body: z.strictObject({ contentType: z.enum(['text', 'html']), content: z.string() }),
    toRecipients: z.array(recipient).default([]),
    internetMessageHeaders: z
      .array(z.strictObject({ name: z.string(), value: z.string() }))
      .max(5)
      .default([]),
  }),
  saveToSentItems: z.boolean().default(true),
})

/** POST /users/{id}/sendMail: 202 without content and without a message id. */
export function sendMail(sentMails: SentMails, now: () => Date): Handler {
  return ({ directory, id, body }) => {
    const mailbox = directory.mailbox(id)
    if (!mailbox) return refusal(404, 'ErrorInvalidUser', `The requested user '${id}' is invalid.`)
    if (!mailbox.maySend) {
      return refusal(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
    }
    const parsed = sendMailBody.safeParse(body)
    if (!parsed.success) return refusal(400, 'RequestBodyRead', 'The payload is not a message that is simulated.')
    const { message } = parsed.data
    const to = message.toRecipients.map(({ emailAddress }) => emailAddress.address)
    if (to.length === 0 || to.some((address) => !/^[^@\s]+@[^@\s]+$/.test(address))) {
      return refusal(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.')
    }
    if (message.internetMessageHeaders.some(({ name }) => !/^x-/i.test(name))) {
      return refusal(400, 'InvalidInternetMessageHeader', "The name of a message header must start with 'x-'.")
    }
    const headers = message.internetMessageHeaders.map(({ name, value }) => [name.toLowerCase(), value])
    sentMails.add({
      at: now().toISOString(),
      from: mailbox.address,
      to,
      subject: message.subject,
      body: message.body.content,
      headers: Object.fromEntries(headers),
    })
    return { status: 202 }
  }
}
