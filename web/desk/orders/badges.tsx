import { Badge, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { spellMoney } from '../../shared/money.ts'
import { type Listed, STATUS_COLOURS } from './model.ts'

/** How an order stands, in words. */
export function OrderBadges({ listed: { order, refunded } }: { listed: Pick<Listed, 'order' | 'refunded'> }) {
  const { t, i18n } = useTranslation('desk')
  return (
    <Group gap={4}>
      <Badge variant="light" color={STATUS_COLOURS[order.status]} maw="none">
        {t(`orders.status.${order.status}`)}
      </Badge>
      {Number(refunded.value) > 0 && (
        <Badge variant="outline" color="gray" maw="none">
          {t('orders.refundedBadge', { amount: spellMoney(refunded, i18n.language) })}
        </Badge>
      )}
      {order.archived && (
        <Badge variant="outline" color="gray">
          {t('orders.archived')}
        </Badge>
      )}
      {order.anonymized && (
        <Badge variant="outline" color="gray">
          {t('orders.anonymized')}
        </Badge>
      )}
    </Group>
  )
}
