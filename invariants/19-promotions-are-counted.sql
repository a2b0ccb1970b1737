-- Law 12: a coupon or a benefit is used no more than its limits say. What is counted is what was taken and not given back;
-- nothing is given back of an order whose own hold still holds; every discount was taken; nobody uses more than one buyer
-- may. (Orders whose tickets were taken again for late money keep their price, also where the use went to somebody else.)
select promotions.site_id, promotions.promotion_id, 'counted' as breach, promotions.used::text as found
  from promotions
  left join (
    select site_id, promotion_id, sum(quantity) as quantity
      from promotion_uses
     where given_back_at is null
     group by site_id, promotion_id
  ) as counted using (site_id, promotion_id)
 where promotions.used <> coalesce(counted.quantity, 0)
    or promotions.used > promotions.uses_max
union all
select uses.site_id, uses.promotion_id, 'given back', uses.order_number
  from promotion_uses as uses
  join ticket_reservations as reservations using (site_id, ticket_reservation_id)
 where uses.given_back_at is not null
   and reservations.status in ('PENDING', 'CONFIRMED')
union all
select orders.site_id, promotions.promotion_id, 'taken', orders.order_number
  from orders
  cross join jsonb_array_elements(coalesce(orders.invoice -> 'discounts', '[]')) as discount
  join promotions
    on promotions.site_id = orders.site_id
   and promotions.promotion_id = coalesce(discount ->> 'couponId', discount ->> 'promotionId')::uuid
  left join promotion_uses as uses
    on uses.site_id = orders.site_id
   and uses.order_number = orders.order_number
   and uses.promotion_id = promotions.promotion_id
 where uses.quantity is distinct from coalesce((discount ->> 'quantityDiscounted')::integer, 1)
union all
select site_id, promotion_id, 'by a contact', contact_id::text
  from promotion_uses
 where given_back_at is null
   and contact_id is not null
 group by site_id, promotion_id, contact_id
having count(*) > max(uses_per_buyer_max)
   and count(*) = count(uses_per_buyer_max) -- each under a limit
union all
select site_id, promotion_id, 'by a visitor', visitor_id::text
  from promotion_uses
 where given_back_at is null
   and visitor_id is not null
 group by site_id, promotion_id, visitor_id
having count(*) > max(uses_per_buyer_max)
   and count(*) = count(uses_per_buyer_max) -- each under a limit
