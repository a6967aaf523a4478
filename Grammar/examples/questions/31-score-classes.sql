-- How many provinces are in which class of the index of December?
select
  case when score < 50 then '0 to below 50' when score < 70 then '50 to below 70'
    when score < 80 then '70 to below 80' when score < 90 then '80 to below 90' else '90 and above' end as class,
  count(*) as count
from (
  select transparency + progress + digitisation + provision + satisfaction as score
  from scores
  where month = date '2025-12-01'
)
group by all
order by min(score);
