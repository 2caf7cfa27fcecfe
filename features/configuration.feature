@local
Feature: Wrong settings
  A wrong setting stops the start. One line names the setting and the values that are accepted.

  Scenario Outline: A wrong value of <flag>: <value>
    When the proxy is started with "<flag>" set to "<value>"
    Then it ends with exit code 2
    And it has printed one line that mentions "<flag>", "<value>" and "<range>"

    Examples:
      | flag              | value    | range |
      | --cache-size      | 0        | 1     |
      | --cache-size      | many     | 1     |
      | --ttl             | 0        | 0     |
      | --proxy-port      | 65536    | 65535 |
      | --max-connections | -1       | 1     |

  Scenario: A wrong value in the environment
    When the proxy is started with "TTL" in its environment set to "soon"
    Then it ends with exit code 2
    And it has printed one line that mentions "TTL", "soon" and "0"

  Scenario: A wrong value in the file
    When the proxy is started with a file that says "CACHE_SIZE=-3"
    Then it ends with exit code 2
    And it has printed one line that mentions "CACHE_SIZE", "-3" and "1"

  Scenario: An unknown key in the file
    When the proxy is started with a file that says "CACHE_COLOUR=red"
    Then it ends with exit code 2
    And it has printed one line that mentions "CACHE_COLOUR"

  Scenario: An unknown flag
    When the proxy is started with "--colour" set to "red"
    Then it ends with exit code 2
    And it has printed one line that mentions "--colour"

  Scenario Outline: A port that is in use: <flag>
    When the proxy is started with "<flag>" set to a port that is in use
    Then it ends with exit code 1
    And it has printed one line that mentions that port

    Examples:
      | flag         |
      | --proxy-port |
      | --tcp-port   |

  Scenario: An address that does not exist
    When the proxy is started with "--proxy-host" set to "no-such-host.invalid"
    Then it ends with exit code 1
    And it has printed one line that mentions "no-such-host.invalid"
