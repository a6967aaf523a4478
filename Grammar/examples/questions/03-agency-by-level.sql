-- How many services has each agency at each level, with totals?
pivot (
  select
    case when grouping(agency) = 1 then 'total' else agency end as agency,
    case when grouping(level) = 1 then 'total' else coalesce(level::text, 'missing') end as level,
    count(*) as count
  from services
  group by cube (agency, level)
)
on level
using coalesce(sum(count), 0)
group by agency
order by agency = 'total', agency;
