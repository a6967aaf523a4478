-- How did the online share change on the month before and on the year before?
select
  date_trunc('month', submitted) as month,
  count(*) filter (channel like 'online%') / count(*) as share,
  lag(share) over (order by month) as previous_month,
  share - previous_month as change_month,
  lag(share, 12) over (order by month) as previous_year,
  share - previous_year as change_year
from dossiers
group by all
order by month;
