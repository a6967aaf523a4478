-- Through which channels do dossiers come, by field?
pivot (
  select field, channel, count(*) / sum(count(*)) over (partition by field) as share
  from dossiers
  join svc using (service)
  group by field, channel
)
on channel
using coalesce(sum(share), 0)
group by field
order by field;
