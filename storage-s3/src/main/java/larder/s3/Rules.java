package larder.s3;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * The lifecycle rules of a bucket, as XML: others' rules may say what no model of them knows, and
 * are written back with it. For one thread.
 */
final class Rules {
  private static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
  private static final String EMPTY = "<LifecycleConfiguration xmlns=\"" + NAMESPACE + "\"/>";

  private final Document document;

  private Rules(Document document) {
    this.document = document;
  }

  /**
   * @param text as the store told it; empty when it has none
   */
  static Rules read(Optional<String> text) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return new Rules(
          factory
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(text.orElse(EMPTY)))));
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("the store's lifecycle rules are no XML: " + e.getMessage(), e);
    }
  }

  String text() throws IOException {
    try {
      StringWriter text = new StringWriter();
      TransformerFactory.newDefaultInstance()
          .newTransformer()
          .transform(new DOMSource(document), new StreamResult(text));
      return text.toString();
    } catch (TransformerException e) {
      throw new IOException("lifecycle rules cannot be written as XML", e);
    }
  }

  /** Of all rules. */
  List<Rule> all() {
    return children(document.getDocumentElement(), "Rule").map(Rule::new).toList();
  }

  boolean has(String id) {
    return all().stream().anyMatch(rule -> rule.id().equals(id) && rule.enabled());
  }

  /** Adds a rule, in place of one of the same id. */
  void put(String id, String prefix, Action action) {
    remove(id);
    Element rule = add(document.getDocumentElement(), "Rule");
    add(rule, "ID").setTextContent(id);
    add(add(rule, "Filter"), "Prefix").setTextContent(prefix);
    add(rule, "Status").setTextContent("Enabled");
    add(add(rule, action.element()), action.unit()).setTextContent(Integer.toString(action.days()));
  }

  void remove(String id) {
    for (Rule rule : all()) {
      if (rule.id().equals(id)) {
        document.getDocumentElement().removeChild(rule.element);
      }
    }
  }

  /** What a rule does to what is as old as that. */
  sealed interface Action {
    int days();

    String element();

    String unit();

    /** Ends uploads in parts that nobody completed. */
    record AbortUploads(int days) implements Action {
      @Override
      public String element() {
        return "AbortIncompleteMultipartUpload";
      }

      @Override
      public String unit() {
        return "DaysAfterInitiation";
      }
    }

    /** Removes objects. */
    record Expire(int days) implements Action {
      @Override
      public String element() {
        return "Expiration";
      }

      @Override
      public String unit() {
        return "Days";
      }
    }
  }

  /** One of them. */
  static final class Rule {
    private final Element element;

    private Rule(Element element) {
      this.element = element;
    }

    String id() {
      return first(element, "ID").map(Rule::text).orElse("");
    }

    boolean enabled() {
      return first(element, "Status").map(Rule::text).filter("Enabled"::equals).isPresent();
    }

    /** Which keys it is about. */
    String prefix() {
      return filters()
          .flatMap(each -> first(each, "Prefix").stream())
          .map(Rule::text)
          .findFirst()
          .orElse("");
    }

    /** Whether it is only about objects with certain tags; those of larder have none. */
    boolean onlyTagged() {
      return filters().anyMatch(each -> first(each, "Tag").isPresent());
    }

    /** Whether it is about some of the keys with its prefix only. */
    boolean narrowed() {
      return filters()
          .anyMatch(each ->
              Stream.of("Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
                  .anyMatch(name -> first(each, name).isPresent()));
    }

    /** Whether it removes objects that nothing has replaced. */
    boolean expires() {
      return first(element, "Expiration")
          .filter(each -> first(each, "Days").isPresent() || first(each, "Date").isPresent())
          .isPresent();
    }

    /** Whether it moves objects to where reading takes longer or costs more. */
    boolean moves() {
      return first(element, "Transition").isPresent();
    }

    /** Whether it removes objects that have been removed or replaced. */
    boolean expiresOld() {
      return first(element, "NoncurrentVersionExpiration").isPresent();
    }

    boolean abortsUploads() {
      return first(element, "AbortIncompleteMultipartUpload").isPresent();
    }

    /** Older rules have their prefix outside of any filter. */
    private Stream<Element> filters() {
      return Stream.concat(Stream.of(element), children(element, "Filter"))
          .flatMap(each -> Stream.concat(Stream.of(each), children(each, "And")));
    }

    private static String text(Element element) {
      return element.getTextContent().strip();
    }
  }

  private Element add(Element parent, String name) {
    String namespace = document.getDocumentElement().getNamespaceURI();
    Element added = document.createElementNS(namespace, name);
    parent.appendChild(added);
    return added;
  }

  private static Optional<Element> first(Element parent, String name) {
    return children(parent, name).findFirst();
  }

  private static Stream<Element> children(Element parent, String name) {
    NodeList nodes = parent.getChildNodes();
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      Node node = nodes.item(i);
      if (node instanceof Element element && name.equals(element.getLocalName())) {
        found.add(element);
      }
    }
    return found.stream();
  }
}
