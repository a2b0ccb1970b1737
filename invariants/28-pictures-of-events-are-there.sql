-- Law 20: the picture of an event, where it was uploaded here, is there.
select events.site_id, events.event_id, events.main_media_id
  from events
  left join media on media.site_id = events.site_id and media.media_id = events.main_media_id
 where events.main_media_id is not null
   and media.media_id is null;
