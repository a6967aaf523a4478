-- How did the online share change on the month before and on the year before?
select
  date_trunc('month', submitted) as month,
  count(*) filter (channel like 'online%') / count(*) as share,
  lag(share) over (order by month) as previous_month,
  (share - previous_month) * 100 as change_month_pp,
  lag(share, 12) over (order by month) as previous_year,
  (share - previous_year) * 100 as change_year_pp
from dossiers
group by month
order by month;
