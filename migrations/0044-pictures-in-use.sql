-- The picture of an event is there as long as the event shows it: whoever removes one and whoever chooses it take turns
-- on its row. Of other sites' pictures, and of those that lie elsewhere, nothing is known.

-- What names a picture of the site that is not there is shown as a broken one.
update events
   set main_image = null
 where lower(main_image->>'id') ~ '^media/[-0-9a-f]{36}/[-0-9a-f]{36}\.(jpeg|png|webp|avif)$'
   and split_part(lower(main_image->>'id'), '/', 2) = site_id::text
   and not exists (
         select
           from media
          where media.site_id = events.site_id
            and media.media_id::text = split_part(split_part(lower(events.main_image->>'id'), '/', 3), '.', 1)
       );

alter table events
  add column main_media_id uuid generated always as (
        case
          when lower(main_image->>'id') ~ '^media/[-0-9a-f]{36}/[-0-9a-f]{36}\.(jpeg|png|webp|avif)$'
           and split_part(lower(main_image->>'id'), '/', 2) = site_id::text
          then split_part(split_part(lower(main_image->>'id'), '/', 3), '.', 1)::uuid
        end
      ) stored,
  add constraint events_main_image_is_kept foreign key (site_id, main_media_id) references media;

create index events_by_main_media on events (site_id, main_media_id) where main_media_id is not null;

-- Pictures are named in texts as well; few texts have any.
create index events_naming_pictures on events (site_id)
 where coalesce(description::text, '') || coalesce(detailed_description, '') || seo_settings::text like '%media/%';
create index policies_naming_pictures on policies (site_id) where body like '%media/%';
create index schedule_items_naming_pictures on schedule_items (site_id) where description like '%media/%';

-- The newest first.
create index media_by_age on media (site_id, created_at desc, media_id);
