package org.qcnn.compression;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Named settings for whole networks, Cs'/K by the role of a layer. */
public enum Preset {
  /** Our best judgement between size and accuracy; the default. */
  BALANCED(null, "2/32", "4/32", "2/32"),
  /** Nearly no loss, also on networks without large fully-connected layers. */
  FINE(null, "2/64", "2/32", "2/32"),
  /** Smaller and faster than the default, at some loss. */
  SMALL(null, "3/64", "4/32", "2/16"),
  /** As small as is of any use on compact networks. */
  TINY(null, "4/64", "4/16", "2/16"),
  /** The settings of the paper for AlexNet, CaffeNet and CNN-S: conv 8/128, FC 4/32, last 1/16. */
  PAPER("3/128", "8/128", "4/32", "1/16"),
  /** The settings of the paper for VGG-16: conv 6/128, FC 4/32, last 1/16. */
  PAPER_VGG("3/128", "6/128", "4/32", "1/16");

  private final String firstConvolution;
  private final String convolution;
  private final String hiddenFullyConnected;
  private final String lastFullyConnected;

  Preset(String firstConvolution, String convolution, String hidden, String last) {
    this.firstConvolution = firstConvolution;
    this.convolution = convolution;
    this.hiddenFullyConnected = hidden;
    this.lastFullyConnected = last;
  }

  /** Returns the setting for a role; empty: the layer stays dense. */
  public Optional<LayerSetting> setting(LayerRole role) {
    return Optional.ofNullable(
            switch (role) {
              case FIRST_CONVOLUTION -> firstConvolution;
              case CONVOLUTION -> convolution;
              case HIDDEN_FULLY_CONNECTED -> hiddenFullyConnected;
              case LAST_FULLY_CONNECTED -> lastFullyConnected;
            })
        .map(LayerSetting::parse);
  }

  /** Returns the name as options spell it, {@code paper-vgg}. */
  public String optionName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Finds a preset by its name.
   *
   * @throws IllegalArgumentException listing all names if there is none
   */
  public static Preset named(String name) {
    for (Preset preset : values()) {
      if (preset.optionName().equals(name)) {
        return preset;
      }
    }
    throw new IllegalArgumentException(
        "there is no preset '" + name + "'; choose one of " + names());
  }

  /** Returns all names, separated by commas. */
  public static String names() {
    return Arrays.stream(values()).map(Preset::optionName).collect(Collectors.joining(", "));
  }
}
