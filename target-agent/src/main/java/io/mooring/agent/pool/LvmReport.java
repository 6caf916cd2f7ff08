package io.mooring.agent.pool;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads {@code --reportformat json} (man lvmreport) with {@code --units b --nosuffix}: every value
 * is a string, one that does not apply is empty.
 */
final class LvmReport {
  static final String VOLUME_FIELDS = "lv_name,pool_lv,lv_size,lv_tags";
  static final String POOL_FIELDS =
      "lv_name,segtype,lv_size,lv_metadata_size,data_percent,metadata_percent,zero,lv_when_full,vg_uuid,lv_uuid,"
          + "vg_extent_size,vg_mda_size,vg_mda_free";

  /** One row for each segment, of which a thin LV has one. */
  static final String THIN_FIELDS = "lv_name,pool_lv,thin_id";

  private LvmReport() {}

  static List<LogicalVolume> volumes(String json) {
    return rows(json).stream()
        .map(row ->
            new LogicalVolume(
                text(row, "lv_name"),
                text(row, "pool_lv"),
                number(row, "lv_size"),
                Arrays.stream(text(row, "lv_tags").split(",", -1))
                    .filter(tag -> !tag.isEmpty())
                    .toList()))
        .toList();
  }

  /** The numbers in the pool of all its thin LVs, by name. */
  static Map<String, Long> thinIds(String json, String pool) {
    return rows(json).stream()
        .filter(row -> text(row, "pool_lv").equals(pool) && !text(row, "thin_id").isEmpty())
        .collect(Collectors.toMap(row -> text(row, "lv_name"), row -> number(row, "thin_id")));
  }

  static List<ThinPoolReport> pools(String json) {
    return rows(json).stream()
        .map(row ->
            new ThinPoolReport(
                text(row, "segtype"),
                number(row, "lv_size"),
                number(row, "lv_metadata_size"),
                percent(row, "data_percent"),
                percent(row, "metadata_percent"),
                text(row, "zero").equals("zero"),
                text(row, "lv_when_full"),
                text(row, "vg_uuid"),
                text(row, "lv_uuid"),
                number(row, "vg_extent_size"),
                number(row, "vg_mda_size"),
                number(row, "vg_mda_free")))
        .toList();
  }

  private static List<JsonObject> rows(String json) {
    try {
      List<JsonObject> rows = new ArrayList<>();
      for (JsonElement report :
          JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("report")) {
        for (JsonElement row : report.getAsJsonObject().getAsJsonArray("lv")) {
          rows.add(row.getAsJsonObject());
        }
      }
      return rows;
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw Failure.internal(
          "lvs printed no report that can be read; check that this host's lvm2 knows --reportformat",
          e);
    }
  }

  private static String text(JsonObject row, String field) {
    JsonElement value = row.get(field);
    if (value == null || !value.isJsonPrimitive()) {
      throw Failure.internal(
          "lvs printed no field " + field + "; check the version of this host's lvm2");
    }
    return value.getAsString();
  }

  private static long number(JsonObject row, String field) {
    try {
      return Long.parseLong(text(row, field));
    } catch (NumberFormatException e) {
      throw Failure.internal(
          "lvs printed \"" + text(row, field) + "\" for " + field + " where a number belongs", e);
    }
  }

  /** An inactive pool has no percentages; it counts as full until it is active. */
  private static double percent(JsonObject row, String field) {
    String value = text(row, field);
    try {
      return value.isEmpty() ? 100 : Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw Failure.internal(
          "lvs printed \"" + value + "\" for " + field + " where a percentage belongs", e);
    }
  }
}
