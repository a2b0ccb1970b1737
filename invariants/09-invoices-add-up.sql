-- Law 7: an invoice's items, discounts, taxes and fees sum to its totals, nothing is discounted below nothing, and the
-- order's own figures are the invoice's. Invoices without a discount have no such member.
with parts as (
  select orders.site_id, orders.order_number, item,
         (item ->> 'totalMinor')::bigint as total,
         (
           select coalesce(sum((each ->> 'amountMinor')::bigint), 0)
             from jsonb_array_elements(coalesce(item -> 'discounts', '[]')) as each
         ) as discount
    from orders
    cross join jsonb_array_elements(orders.invoice -> 'items') as item
), items as (
  select site_id, order_number, coalesce(sum(total), 0) as total, coalesce(sum(discount), 0) as discount,
         coalesce(sum((item -> 'tax' ->> 'amountMinor')::bigint), 0) as tax,
         coalesce(sum((item -> 'tax' ->> 'amountMinor')::bigint)
                    filter (where item -> 'tax' ->> 'type' = 'ADDED_AT_CHECKOUT'), 0) as added_tax,
         coalesce(sum((item -> 'fee' ->> 'amountMinor')::bigint), 0) as fees,
         coalesce(sum((item -> 'fee' ->> 'amountMinor')::bigint)
                    filter (where item -> 'fee' ->> 'type' = 'FEE_ADDED_AT_CHECKOUT'), 0) as added_fees,
         bool_and(
               (item ->> 'priceMinor')::bigint * (item ->> 'quantity')::bigint = total
           and discount between 0 and total
         ) as items_add_up,
         sum((item ->> 'quantity')::bigint) as quantity
    from parts
   group by site_id, order_number
)
select orders.site_id, orders.order_number, orders.invoice
  from orders
  left join items using (site_id, order_number)
 where (
         items.items_add_up
     and items.total = (orders.invoice ->> 'subTotalMinor')::bigint
     and items.discount = (
           select coalesce(sum((each ->> 'amountMinor')::bigint), 0)
             from jsonb_array_elements(coalesce(orders.invoice -> 'discounts', '[]')) as each
         )
     and items.tax = coalesce((orders.invoice -> 'tax' ->> 'amountMinor')::bigint, 0)
     and items.total - items.discount + items.added_tax + items.added_fees
           = (orders.invoice ->> 'grandTotalMinor')::bigint
     and items.total - items.discount + items.added_tax + items.added_fees - items.fees
           = (orders.invoice ->> 'revenueMinor')::bigint
     and orders.grand_total_minor = (orders.invoice ->> 'grandTotalMinor')::bigint
     and orders.revenue_minor = (orders.invoice ->> 'revenueMinor')::bigint
     and orders.tickets_quantity = items.quantity
       ) is not true
