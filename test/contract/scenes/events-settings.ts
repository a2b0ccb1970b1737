import { must } from '../../support/sale.ts'
import { organizer, type Scenes, type Stage } from '../stage.ts'

const fields = ['SITE_INFO', 'EVENTS_INFO', 'SERVICE_FEE_SETTINGS', 'PAYMENT_SETTINGS']

export const eventsSettings: Scenes = {
  getEventsSettings: organizer(() => [{ fields }]),
  updateEventsSettings: organizer(async stage => {
    const { id, revision } = await settings(stage)
    const paymentSettings = { delayedPaymentCaptureSettings: { enabled: false } }
    return [id, { revision, paymentSettings }, { fields }]
  }),
}

async function settings({ admin }: Stage): Promise<{ id: string; revision: string }> {
  return (await must(admin, 'GET', '/v1/events-settings')).body.eventsSettings
}
