import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Redirect, Route, Switch } from 'wouter'
import { NothingHere } from '../parts/nothing-here.tsx'
import { SubNav } from '../parts/sub-nav.tsx'
import { useMay } from '../site.tsx'
import { EditBenefit, NewBenefit } from './benefit-form.tsx'
import { BenefitList } from './benefits.tsx'
import { EditCoupon, NewCoupon } from './coupon-form.tsx'
import { CouponList } from './coupons.tsx'
import { GiftCardPage } from './gift-card.tsx'
import { GiftCardList } from './gift-cards.tsx'

/** Money off for who knows a code or has a pricing plan, and money of the site's own kind. */
export default function PromotionsSection() {
  const { t } = useTranslation('desk')
  const mayManageGiftCards = useMay('MANAGE_GIFT_CARDS')
  return (
    <Stack>
      <SubNav
        label={t('sections.promotions')}
        pages={[
          { to: '/promotions/coupons', name: t('promotions.coupons.title') },
          { to: '/promotions/benefits', name: t('promotions.benefits.title') },
          ...(mayManageGiftCards ? [{ to: '/promotions/gift-cards', name: t('promotions.giftCards.title') }] : []),
        ]}
      />
      <Switch>
        <Route path="/promotions">
          <Redirect to="/promotions/coupons" replace />
        </Route>
        <Route path="/promotions/coupons" component={CouponList} />
        <Route path="/promotions/coupons/new" component={NewCoupon} />
        <Route path="/promotions/coupons/:couponId" component={EditCoupon} />
        <Route path="/promotions/benefits" component={BenefitList} />
        <Route path="/promotions/benefits/new" component={NewBenefit} />
        <Route path="/promotions/benefits/:planOrderId/:benefitId" component={EditBenefit} />
        <Route path="/promotions/gift-cards" component={GiftCardList} />
        <Route path="/promotions/gift-cards/:giftCardId" component={GiftCardPage} />
        <Route>
          <NothingHere />
        </Route>
      </Switch>
    </Stack>
  )
}
