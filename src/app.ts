import type { FastifyBaseLogger } from 'fastify'
import { createAuth, signedInBy } from './accounts/auth.ts'
import { authRoutes } from './accounts/auth-routes.ts'
import { accountRoutes } from './accounts/routes.ts'
import { siteRoutes } from './accounts/site-routes.ts'
import { listSitesOf } from './accounts/store.ts'
import { activityRoutes } from './activity/routes.ts'
import { categoryRoutes } from './categories/routes.ts'
import { changeRoutes } from './changes/routes.ts'
import { couponRoutes } from './coupons/routes.ts'
import { createIntake } from './db/intake.ts'
import { inTransaction } from './db/transaction.ts'
import { createPress } from './documents/press.ts'
import { doorConflictRoutes } from './door/conflict-routes.ts'
import { doorGuestRoutes } from './door/guest-routes.ts'
import { doorRoutes } from './door/routes.ts'
import { deskEventRoutes } from './events/desk-routes.ts'
import { eventDoorSettingsRoutes } from './events/door-settings-routes.ts'
import { eventGuestSettingsRoutes } from './events/guest-settings-routes.ts'
import { eventPaymentSettingsRoutes } from './events/payment-settings-routes.ts'
import { eventRoutes } from './events/routes.ts'
import { upcomingRoutes } from './events/upcoming-routes.ts'
import { eventsSettingsRoutes } from './events-settings/routes.ts'
import { formRoutes } from './forms/routes.ts'
import { wholeFormRoutes } from './forms/whole-routes.ts'
import { countGuesses } from './gift-cards/guesses.ts'
import { giftCardRoutes } from './gift-cards/routes.ts'
import { guestRoutes } from './guests/routes.ts'
import { type App, createHttpApp, type Deps } from './http/app.ts'
import { registerMeta } from './http/meta.ts'
import { identityRoutes } from './identities/routes.ts'
import { createLive } from './live/live.ts'
import { liveRoutes } from './live/routes.ts'
import { mailPreviewRoutes } from './mail/preview-routes.ts'
import { mediaRoutes } from './media/routes.ts'
import { createMemory } from './memory/memory.ts'
import { mailRoutes } from './notifications/mail-routes.ts'
import { wantLetters } from './notifications/mails.ts'
import { notificationRoutes } from './notifications/routes.ts'
import { mailTemplateRoutes } from './notifications/template-routes.ts'
import { openingPageRoutes } from './openings/page-routes.ts'
import { openingRoutes } from './openings/routes.ts'
import { orderActionRoutes } from './orders/action-routes.ts'
import { anonymizeRoutes } from './orders/anonymize-routes.ts'
import { authorizationRoutes } from './orders/authorization-routes.ts'
import { availableTicketRoutes } from './orders/available-routes.ts'
import { type CheckoutRequest, checkOut } from './orders/checkout.ts'
import { checkoutRoutes } from './orders/checkout-routes.ts'
import { orderDeskRoutes } from './orders/desk-routes.ts'
import { forNamesRoutes } from './orders/for-names-routes.ts'
import { orderGuestRoutes } from './orders/guest-routes.ts'
import { legacyReservationRoutes } from './orders/legacy-reservation-routes.ts'
import { madeOrderRoutes } from './orders/made-routes.ts'
import { orderPageRoutes } from './orders/page-routes.ts'
import { posRoutes } from './orders/pos-routes.ts'
import { orderReturnRoutes } from './orders/return-routes.ts'
import { orderRoutes } from './orders/routes.ts'
import { settleAll, type Told } from './orders/settle-all.ts'
import { paymentMethodRoutes } from './payments/method-routes.ts'
import { providersWith } from './payments/providers.ts'
import { reconciliationRoutes } from './payments/reconciliation-routes.ts'
import { refundRoutes } from './payments/refund-routes.ts'
import { paymentRoutes } from './payments/routes.ts'
import { stripeRoutes } from './payments/stripe-routes.ts'
import { testPaymentPageRoutes } from './payments/test-page-routes.ts'
import { policyRoutes } from './policies/routes.ts'
import { pricingPlanBenefitRoutes } from './pricing-plan-benefits/routes.ts'
import { showJobs } from './queue/figures.ts'
import { jobRoutes } from './queue/routes.ts'
import { redirectPageRoutes } from './redirects/page-routes.ts'
import { redirectRoutes } from './redirects/routes.ts'
import { exportRoutes } from './reports/export-routes.ts'
import { reportRoutes } from './reports/routes.ts'
import { rsvpPageRoutes } from './rsvps/page-routes.ts'
import { rsvpRoutes } from './rsvps/routes.ts'
import { rsvpV1Routes } from './rsvps/v1-routes.ts'
import { bookmarkRoutes } from './schedule/bookmark-routes.ts'
import { scheduleRoutes } from './schedule/routes.ts'
import { seatingRoutes } from './seating/routes.ts'
import { keepHosts } from './sites/hosts.ts'
import { staffRoutes } from './staff/routes.ts'
import { ticketDefinitionRoutes } from './ticket-definitions/routes.ts'
import { ticketDefinitionV1Routes } from './ticket-definitions/v1-routes.ts'
import { heldNowRoutes } from './ticket-reservations/held-now-routes.ts'
import { reserver } from './ticket-reservations/reserve.ts'
import { ticketReservationRoutes } from './ticket-reservations/routes.ts'
import { figuresRoutes } from './tickets/figures-routes.ts'
import { ticketPageRoutes } from './tickets/page-routes.ts'
import { ticketRoutes } from './tickets/routes.ts'
import { openBundle } from './web/bundle.ts'
import { deskRoutes } from './web/desk-routes.ts'
import { doorAppRoutes } from './web/door-routes.ts'
import { embedRoutes } from './web/embed-routes.ts'
import { previewLinkRoutes, previewRoutes } from './web/preview-routes.ts'
import { shopRoutes } from './web/shop-routes.ts'
import { webhookDeliveryRoutes } from './webhooks/delivery-routes.ts'
import { webhookRoutes } from './webhooks/routes.ts'

/** The HTTP server: every feature's routes, a line each. Other published prefixes: http/mounts.ts. */
export async function createApp(deps: Deps, logger: FastifyBaseLogger, press = createPress()): Promise<App> {
  const { sql } = deps
  const auth = createAuth({
    ...deps,
    sendReset: ({ accountId, email, name, url }) =>
      inTransaction(sql, async tx => {
        // Any of their sites will do: it says in whose name the mail goes out.
        const [site] = await listSitesOf(tx, accountId)
        if (!site) return
        const letter = { kind: 'passwordReset', to: { name, address: email }, values: {}, url } as const
        await wantLetters(tx, [letter], {
          siteId: site.siteId,
          actor: { kind: 'organizer', id: accountId },
          now: deps.clock(),
        })
      }),
  })
  const app = await createHttpApp(deps, logger, signedInBy(auth))
  const reservations = createIntake(reserver(sql))
  const checkouts = createIntake((siteId, batch: readonly CheckoutRequest[]) =>
    inTransaction(sql, tx => checkOut(tx, siteId, batch, deps.serviceFeePercent)),
  )
  const notifications = createIntake((siteId, batch: readonly Told[]) => settleAll(sql, siteId, batch))
  const memory = createMemory(deps.sql)
  const live = createLive(memory, { clock: deps.clock, listenersMax: deps.liveListenersMax, log: logger })
  const bundle = await openBundle()
  const hosts = await keepHosts(sql)
  const guesses = countGuesses()
  app.addHook('onReady', async () => memory.start())
  app.decorate('endStreams', live.stop)
  app.addHook('preClose', live.stop)
  app.addHook('onClose', () => memory.stop())
  app.addHook('onClose', () => press.stop())
  app.addHook('onClose', () => hosts.stop())
  const figures = await registerMeta(app, deps.sql)
  showJobs(sql, figures)
  await app.register(identityRoutes(deps))
  await app.register(authRoutes(deps, auth))
  await app.register(accountRoutes(deps))
  await app.register(siteRoutes(deps, hosts))
  await app.register(mediaRoutes(deps))
  await app.register(eventRoutes(deps, memory))
  await app.register(upcomingRoutes(deps))
  await app.register(deskEventRoutes(deps))
  await app.register(eventsSettingsRoutes(deps))
  await app.register(eventPaymentSettingsRoutes(deps))
  await app.register(eventDoorSettingsRoutes(deps))
  await app.register(eventGuestSettingsRoutes(deps))
  await app.register(formRoutes(deps))
  await app.register(wholeFormRoutes(deps))
  await app.register(policyRoutes(deps))
  await app.register(notificationRoutes(deps))
  await app.register(mailRoutes(deps))
  await app.register(mailTemplateRoutes(deps))
  await app.register(mailPreviewRoutes(deps))
  await app.register(categoryRoutes(deps))
  await app.register(staffRoutes(deps))
  await app.register(scheduleRoutes(deps))
  await app.register(bookmarkRoutes(deps))
  await app.register(ticketDefinitionRoutes(deps, memory))
  await app.register(ticketDefinitionV1Routes(deps))
  await app.register(liveRoutes(deps, { memory, live, figures }))
  await app.register(seatingRoutes(deps))
  await app.register(couponRoutes(deps))
  await app.register(pricingPlanBenefitRoutes(deps))
  await app.register(ticketReservationRoutes(deps, reservations))
  await app.register(heldNowRoutes(deps))
  await app.register(availableTicketRoutes(deps, memory))
  await app.register(legacyReservationRoutes(deps, reservations))
  await app.register(checkoutRoutes(deps, checkouts))
  await app.register(posRoutes(deps))
  await app.register(orderRoutes(deps))
  await app.register(orderDeskRoutes(deps))
  await app.register(forNamesRoutes(deps))
  await app.register(madeOrderRoutes(deps))
  await app.register(redirectRoutes(deps))
  await app.register(redirectPageRoutes(deps))
  await app.register(authorizationRoutes(deps))
  await app.register(anonymizeRoutes(deps))
  await app.register(ticketRoutes(deps))
  await app.register(figuresRoutes(deps))
  await app.register(orderPageRoutes(deps, press))
  await app.register(orderGuestRoutes(deps))
  await app.register(orderReturnRoutes(deps))
  await app.register(ticketPageRoutes(deps, press))
  const providers = providersWith(deps.stripe)
  await app.register(orderActionRoutes(deps, providers, guesses))
  await app.register(paymentRoutes(deps, providers, notifications, guesses))
  await app.register(paymentMethodRoutes(deps, providers))
  await app.register(stripeRoutes(deps, notifications))
  await app.register(testPaymentPageRoutes(deps, notifications))
  await app.register(refundRoutes(deps))
  await app.register(reconciliationRoutes(deps))
  await app.register(giftCardRoutes(deps))
  await app.register(rsvpRoutes(deps))
  await app.register(rsvpV1Routes(deps))
  await app.register(rsvpPageRoutes(deps))
  await app.register(guestRoutes(deps))
  await app.register(doorRoutes(deps))
  await app.register(doorConflictRoutes(deps))
  await app.register(doorGuestRoutes(deps))
  await app.register(reportRoutes(deps))
  await app.register(exportRoutes(deps))
  await app.register(openingRoutes(deps))
  await app.register(openingPageRoutes(deps))
  await app.register(changeRoutes(deps))
  await app.register(activityRoutes(deps))
  await app.register(jobRoutes(deps))
  await app.register(webhookRoutes(deps))
  await app.register(webhookDeliveryRoutes(deps))
  await app.register(shopRoutes(deps, bundle, hosts))
  await app.register(previewLinkRoutes(deps))
  await app.register(previewRoutes(deps, bundle))
  await app.register(deskRoutes(bundle))
  await app.register(doorAppRoutes(bundle))
  await app.register(embedRoutes(deps, bundle, hosts))
  return app
}
