package io.mooring.node.volume;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.mooring.node.iscsi.Portal;
import io.mooring.runtime.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the publish context that the controller wrote: keys {@code wwid}, {@code serial}, {@code
 * sizeBytes}, {@code readOnly}, {@code targets}, {@code chap} where it is demanded, {@code limits}
 * where there are any, {@code portalsRevision} where it is known and {@code written}. Keys that are
 * not known are left alone, since a newer controller may say more; anything malformed is
 * INVALID_ARGUMENT and names its key.
 */
public final class PublishContextParser {
  /** RFC 3720 3.2.6.3, lower case: nothing in it can leave a file name or an argument. */
  private static final Pattern IQN = Pattern.compile("iqn\\.[a-z0-9.:-]{1,219}");

  private static final int LARGEST_LUN = 255;
  private static final int LARGEST_TPGT = 65535;

  private PublishContextParser() {}

  /**
   * The context of that volume.
   *
   * @throws Failure INVALID_ARGUMENT
   */
  public static PublishContext parse(VolumeId volume, Map<String, String> context) {
    expect(context, "wwid", volume.wwid().value()::equals, "the WWID of " + volume);
    expect(context, "serial", volume.serial()::equals, "the serial of " + volume);
    String readOnly = expect(context, "readOnly", PublishContextParser::isFlag, "true or false");
    String size = expect(context, "sizeBytes", PublishContextParser::isSize, "a number of bytes");
    return new PublishContext(
        volume.identity(),
        Long.parseLong(size),
        Boolean.parseBoolean(readOnly),
        optionalFlag(context, "chap"),
        targets(value(context, "targets")),
        LimitsParser.parse(context.getOrDefault("limits", "")),
        context.containsKey("portalsRevision")
            ? Long.parseLong(
                expect(context, "portalsRevision", PublishContextParser::isSize, "a number"))
            : 0,
        optionalFlag(context, "written"));
  }

  private static boolean optionalFlag(Map<String, String> context, String key) {
    return context.containsKey(key)
        && Boolean.parseBoolean(
            expect(context, key, PublishContextParser::isFlag, "true or false"));
  }

  private static boolean isFlag(String text) {
    return text.equals("true") || text.equals("false");
  }

  private static boolean isSize(String text) {
    return text.matches("[1-9][0-9]{0,17}");
  }

  private static String value(Map<String, String> context, String key) {
    String value = context.get(key);
    if (value == null) {
      throw Failure.invalidArgument(
          "publish context: key '"
              + key
              + "' is missing; the volume must be published by Mooring's controller first");
    }
    return value;
  }

  private static String expect(
      Map<String, String> context, String key, Predicate<String> form, String expected) {
    String value = value(context, key);
    if (!form.test(value)) {
      throw malformed(key, "is '" + value + "' and not " + expected);
    }
    return value;
  }

  static Failure malformed(String key, String what) {
    return Failure.invalidArgument(
        "publish context: key '"
            + key
            + "' "
            + what
            + "; controller and node plugin must be of one release");
  }

  private static List<TargetEntry> targets(String json) {
    JsonArray entries = array("targets", parse(json));
    List<TargetEntry> targets = new ArrayList<>();
    for (JsonElement entry : entries) {
      if (!entry.isJsonObject()) {
        throw malformed("targets", "holds something other than objects");
      }
      targets.add(target(entry.getAsJsonObject()));
    }
    if (targets.stream().map(TargetEntry::iqn).distinct().count() != targets.size()) {
      throw malformed("targets", "names one target twice");
    }
    return targets;
  }

  private static JsonElement parse(String json) {
    try {
      return JsonParser.parseString(json);
    } catch (JsonParseException e) {
      throw malformed("targets", "is not JSON");
    }
  }

  private static JsonArray array(String where, @Nullable JsonElement element) {
    if (element == null || !element.isJsonArray() || element.getAsJsonArray().isEmpty()) {
      throw malformed("targets", "(" + where + ") is not a list with at least one entry");
    }
    return element.getAsJsonArray();
  }

  private static TargetEntry target(JsonObject entry) {
    String iqn = text("iqn", entry.get("iqn"));
    if (!IQN.matcher(iqn).matches()) {
      throw malformed("targets", "has the iqn '" + iqn + "', which is not an iSCSI target's name");
    }
    List<Portal> portals = new ArrayList<>();
    for (JsonElement portal : array("portals", entry.get("portals"))) {
      portals.add(portal(text("portals", portal)));
    }
    if (portals.stream().distinct().count() != portals.size()) {
      throw malformed("targets", "names one portal of " + iqn + " twice");
    }
    return new TargetEntry(
        iqn, number(entry, "tpgt", LARGEST_TPGT), number(entry, "lun", LARGEST_LUN), portals);
  }

  private static Portal portal(String text) {
    try {
      return Portal.parse(text);
    } catch (Failure e) {
      throw malformed("targets", "has a portal that cannot be: " + e.sentence());
    }
  }

  private static String text(String where, @Nullable JsonElement element) {
    if (element instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw malformed("targets", "(" + where + ") is not a text");
  }

  private static int number(JsonObject entry, String name, int largest) {
    if (entry.get(name) instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && primitive.getAsString().matches("[1-9][0-9]{0,4}")
        && primitive.getAsInt() <= largest) {
      return primitive.getAsInt();
    }
    throw malformed("targets", "(" + name + ") is not a number from 1 to " + largest);
  }
}
