-- What share of answers came within the limit, counted in working days, by agency?
select
  d.agency,
  count(*) filter (
    len([x for x in range(submitted + 1, submitted + days::int + 1, interval 1 day) if isodow(x) < 6])
      <= sla_days
  ) / count(*) as share
from dossiers d
join svc using (service)
where days is not null
group by all
order by d.agency;
