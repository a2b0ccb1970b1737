-- Law 11: a card's balance is what was issued and put on it, less what payments took, plus what they gave back; and a
-- payment by card took from it once and gave back what it says, once for each refund (gift_card_entries_of_payment).
with moved as (
  select site_id, gift_card_id, sum(case kind when 'CAPTURED' then -amount_minor else amount_minor end) as balance
    from gift_card_entries
   group by site_id, gift_card_id
), paid as (
  select site_id, payment_id, gift_card_id, sum(amount_minor) filter (where kind = 'CAPTURED') as taken,
         coalesce(sum(amount_minor) filter (where kind = 'REFUNDED'), 0) as returned
    from gift_card_entries
   where payment_id is not null
   group by site_id, payment_id, gift_card_id
)
select 'gift_card' as what, gift_cards.site_id, gift_cards.gift_card_id::text as id, gift_cards.balance_minor as says,
       moved.balance as is_so
  from gift_cards
  left join moved using (site_id, gift_card_id)
 where moved.balance is distinct from gift_cards.balance_minor
    or gift_cards.balance_minor < 0
union all
select 'payment', site_id, payment_id::text, payments.amount_minor - payments.refunded_minor, paid.taken - paid.returned
  from (select site_id, payment_id, gift_card_id, amount_minor, refunded_minor from payments
         where gift_card_id is not null) as payments
  full join paid using (site_id, payment_id, gift_card_id)
 where (paid.taken = payments.amount_minor and paid.returned = payments.refunded_minor) is not true
