// The mailer: hands mails to an SMTP server. Which mails, and what becomes of the answers, is not its business.

export type { Delivery, Mailer, MailerSettings } from "./smtp.ts";
export { MAILER_LIMITS, openMailer, passwordOf } from "./smtp.ts";
