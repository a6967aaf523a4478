-- Which provinces came over 70 points in December?
select
  province,
  month,
  transparency + progress + digitisation + provision + satisfaction as score,
  lag(transparency + progress + digitisation + provision + satisfaction)
    over (partition by province order by month) as previous,
  score - previous as change,
  change / previous as change_percent
from scores
qualify month = date '2025-12-01' and previous < 70 and score >= 70
order by province;
