-- Do the published parts add up to the published totals?
select
  check_id,
  sum(value) filter (role = 'part') as parts,
  sum(value) filter (role = 'total') as total
from check_parts
join figures using (figure_id)
join checks using (check_id)
where kind = 'sum'
group by all
order by check_id;
