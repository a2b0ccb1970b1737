import { localMoney, money } from '../money.ts'
import { type Html, html } from '../pages/html.ts'
import type { Page } from '../pages/page.ts'
import { definitions, notice } from '../pages/parts.ts'
import type { Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import type { Payment } from './model.ts'

/** What the buyer can make the bank do: pay, be declined, hang, pay a second time, pay after the hold has ended. */
export const TEST_ACTIONS = ['PAY', 'DECLINE', 'HANG', 'PAY_TWICE', 'PAY_LATE'] as const
export type TestAction = (typeof TEST_ACTIONS)[number]

/** The test bank's page for one payment: what is to be paid, and a button for each thing that can happen to money. */
export function testPaymentPage(
  payment: Payment,
  { site, returnUrl, action }: { site: Site; returnUrl: string; action: string },
): Page {
  const texts = textsIn(site.locale)
  const { page: say } = texts
  const title = say('testPayment.title')
  const open = payment.status === 'BEGUN'
  const amount = localMoney(money(payment.amountMinor, payment.currency), site.locale)
  const body = html`<h1>${title}</h1>
${notice(open ? 'wait' : 'good', {
  headline: open ? say('testPayment.headline') : say(`testPayment.status.${payment.status}`),
  stories: [say('testPayment.story')],
})}
<section>
${definitions([
  [say('testPayment.amount'), amount],
  [say('order.number'), payment.orderNumber],
])}
</section>
<section>
<form method="post" action="${action}">
${TEST_ACTIONS.map(each => choice(each, say(`testPayment.actions.${each}.label`, { amount }), say(`testPayment.actions.${each}.story`)))}
</form>
</section>
<p class="actions"><a href="${returnUrl}">${say('testPayment.back')}</a></p>`
  return { texts, title, siteName: site.name, body, hasForms: true }
}

function choice(action: TestAction, label: string, story: string): Html {
  return html`<p class="choice"><button name="action" value="${action}" class="${action === 'PAY' ? 'button' : 'button plain'}">${label}</button> <span class="soft">${story}</span></p>
`
}
