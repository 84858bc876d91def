-- How the pixels of a picture's file are turned for the upright picture, whose width and height stand beside it; null
-- for pictures of earlier versions, whose width and height are those of the file.

ALTER TABLE image ADD COLUMN orientation TINYINT;  -- of EXIF, 1 to 8
